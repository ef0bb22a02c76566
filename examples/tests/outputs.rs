//! The examples that take no input print exactly this.

mod common;

use common::output;

#[test]
fn quick_start() {
    let expected = "\
“gia vang”: 2 bài có đủ mọi từ
1. <em>Giá vàng</em> lập đỉnh mới
   Sáng nay, <em>giá vàng</em> miếng trong nước vượt mốc 90 triệu đồng một lượng.
3. Ban tin sang
   Phien cuoi tuan, <em>gia vang</em> the gioi giam nhe.
";
    assert_eq!(output(env!("CARGO_BIN_EXE_quick_start")), expected);
}

#[test]
fn plain_tantivy() {
    let expected = "\
duong (không dấu)
  0.14  Ánh <b>dương</b> trên vịnh Hạ Long
  0.14  Giá <b>đường</b> trong nước tăng nhẹ
  0.12  <b>Đường</b> sắt Bắc Nam chạy lại sau bão
đường (có dấu)
  1.12  Giá <b>đường</b> trong nước tăng nhẹ
  0.99  <b>Đường</b> sắt Bắc Nam chạy lại sau bão
  0.14  Ánh <b>dương</b> trên vịnh Hạ Long
\u{111}u\u{31b}o\u{31b}\u{300}ng (dấu rời)
  1.12  Giá <b>đường</b> trong nước tăng nhẹ
  0.99  <b>Đường</b> sắt Bắc Nam chạy lại sau bão
  0.14  Ánh <b>dương</b> trên vịnh Hạ Long
\"duong sat\" (cụm từ)
  1.03  <b>Đường</b> <b>sắt</b> Bắc Nam chạy lại sau bão
bai:đường: 2 bài
";
    assert_eq!(output(env!("CARGO_BIN_EXE_plain_tantivy")), expected);
}

#[test]
fn from_rows() {
    let expected = "\
Nạp cả bảng:
  bài 102: bỏ ngày đăng, \"31/9/2024\" names a day or time that does not exist, write the day first: 31/12/2024
  bài 104: bỏ qua, không có tiêu đề và nội dung
  chỉ mục có 3 bài
  “lũ sông hồng”: 2 bài có đủ mọi từ
    [101] Lũ sông Hồng vượt báo động 2 (2024-09-10)
    [102] Lũ sông Hồng lên, người dân bãi giữa sơ tán (không rõ ngày)
Một dòng đổi (UPDATE):
  chỉ mục có 3 bài
  “lu song hong rut”: 1 bài có đủ mọi từ
    [102] Lũ sông Hồng rút, người dân bãi giữa về nhà (2024-09-13)
    [101] Lũ sông Hồng vượt báo động 2 (2024-09-10)
Một dòng mất (DELETE):
  chỉ mục có 2 bài
  “lũ sông hồng”: 1 bài có đủ mọi từ
    [102] Lũ sông Hồng rút, người dân bãi giữa về nhà (2024-09-13)
";
    assert_eq!(output(env!("CARGO_BIN_EXE_from_rows")), expected);
}
