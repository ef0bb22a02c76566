//! The feed follower, run as cron would run it.

#![allow(clippy::unwrap_used, reason = "failing is what a test is for")]

mod common;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use common::{Ran, run};
use tempfile::TempDir;
use vietsearch::NewsIndex;

const PROGRAM: &str = env!("CARGO_BIN_EXE_follow_feeds");

const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
<title>Báo Cửa Sông</title><link>https://cuasong.example/</link><description>Tin mới</description>
<item>
  <title>Giá vàng nhẫn bật tăng sau phiên lao dốc</title>
  <link>https://cuasong.example/gia-vang-1.html</link>
  <guid>cuasong-1</guid>
  <pubDate>Wed, 01 May 2024 06:30:00 +0700</pubDate>
  <description><![CDATA[<img src="x.jpg"/>Các tiệm ở phố cổ niêm yết cao hơn hôm qua&nbsp;nửa triệu đồng.]]></description>
</item>
<item>
  <title>Bao giờ cầu Rạch Đỉa thông xe?</title>
  <guid>cuasong-2</guid>
  <pubDate>Wed, 01 May 2024 07:00:00 +0700</pubDate>
  <description>Nhà thầu hẹn cuối quý.</description>
</item>
<item><description></description><guid>cuasong-3</guid></item>
</channel></rss>
"#;

const ATOM: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>Nhật báo Đầu Non</title>
<id>https://daunon.example/</id>
<updated>2024-05-01T08:00:00+07:00</updated>
<entry>
  <title>Bão số 2 đổi hướng, tàu thuyền về bến sớm</title>
  <id>tag:daunon.example,2024:77</id>
  <link href="https://daunon.example/bao-77.html"/>
  <published>2024-05-01T08:00:00+07:00</published>
  <updated>2024-05-01T08:00:00+07:00</updated>
  <summary>Gió mạnh dần từ trưa nay.</summary>
</entry>
</feed>
"#;

const ALERTS: &str = "# tin cần theo dõi\ngia vang\n\nbão -Yagi\n\"cầu Rạch Đỉa\"\n";

/// Feeds, saved queries and an index in a folder of their own.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(desk.path("feeds")).unwrap();
        fs::write(desk.path("feeds/cuasong.xml"), RSS).unwrap();
        fs::write(desk.path("feeds/daunon.atom"), ATOM).unwrap();
        fs::write(desk.path("cau-tim.txt"), ALERTS).unwrap();
        desk
    }

    fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    fn follow(&self) -> Ran {
        let index = self.path("tin");
        let (alerts, feeds) = (self.path("cau-tim.txt"), self.path("feeds"));
        let arguments: [&OsStr; 5] = [
            "--index".as_ref(),
            index.as_os_str(),
            "--alerts".as_ref(),
            alerts.as_os_str(),
            feeds.as_os_str(),
        ];
        let ran = run(PROGRAM, &arguments, b"");
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        ran
    }

    fn articles(&self) -> u64 {
        NewsIndex::open(self.path("tin")).unwrap().num_docs()
    }
}

fn last_line(ran: &Ran) -> &str {
    ran.stderr.lines().last().unwrap_or("")
}

#[test]
fn new_articles_are_told_once() {
    let desk = Desk::new();
    let first = desk.follow();
    let expected = "\
Giá vàng nhẫn bật tăng sau phiên lao dốc
  2024-05-01 · Báo Cửa Sông · https://cuasong.example/gia-vang-1.html
  ← gia vang
Bao giờ cầu Rạch Đỉa thông xe?
  2024-05-01 · Báo Cửa Sông
  ← \"cầu Rạch Đỉa\"
Bão số 2 đổi hướng, tàu thuyền về bến sớm
  2024-05-01 · Nhật báo Đầu Non · https://daunon.example/bao-77.html
  ← bão -Yagi
";
    assert_eq!(first.stdout, expected, "{first:#?}");
    assert_eq!(
        last_line(&first),
        "3 bài mới, 0 bài sửa, 0 bài đã có, 1 mục bỏ qua"
    );
    assert_eq!(desk.articles(), 3);

    let second = desk.follow();
    assert_eq!(second.stdout, "", "{second:#?}");
    assert_eq!(
        last_line(&second),
        "0 bài mới, 0 bài sửa, 3 bài đã có, 1 mục bỏ qua"
    );
    assert_eq!(desk.articles(), 3);
}

#[test]
fn an_item_that_comes_later_is_told_alone() {
    let desk = Desk::new();
    desk.follow();
    let item = "<item><title>Siêu bão mạnh dần</title><guid>cuasong-9</guid></item>\n</channel>";
    fs::write(
        desk.path("feeds/cuasong.xml"),
        RSS.replace("</channel>", item),
    )
    .unwrap();
    let ran = desk.follow();
    assert_eq!(
        ran.stdout,
        "Siêu bão mạnh dần\n  Báo Cửa Sông\n  ← bão -Yagi\n"
    );
    assert_eq!(
        last_line(&ran),
        "1 bài mới, 0 bài sửa, 3 bài đã có, 1 mục bỏ qua"
    );
}

#[test]
fn a_correction_replaces_and_is_not_told_again() {
    let desk = Desk::new();
    desk.follow();
    let corrected = RSS.replace("nửa triệu đồng", "bảy trăm nghìn đồng");
    fs::write(desk.path("feeds/cuasong.xml"), corrected).unwrap();
    let ran = desk.follow();
    assert_eq!(ran.stdout, "");
    assert_eq!(
        last_line(&ran),
        "0 bài mới, 1 bài sửa, 2 bài đã có, 1 mục bỏ qua"
    );
    assert_eq!(desk.articles(), 3);
    assert_eq!(
        last_line(&desk.follow()),
        "0 bài mới, 0 bài sửa, 3 bài đã có, 1 mục bỏ qua"
    );
}

#[test]
fn a_feed_that_breaks_off_gives_what_it_has() {
    let desk = Desk::new();
    let cut = RSS.find("Bao giờ").unwrap();
    fs::write(desk.path("feeds/cuasong.xml"), RSS.get(..cut).unwrap()).unwrap();
    // The same items in another feed of the paper.
    fs::write(desk.path("feeds/moi.rss"), RSS).unwrap();
    let ran = desk.follow();
    assert_eq!(desk.articles(), 3);
    assert_eq!(ran.stdout.matches("Giá vàng nhẫn").count(), 1, "{ran:#?}");
    assert!(ran.stderr.contains("cuasong.xml"), "{ran:#?}");
}

#[test]
fn failures_are_told() {
    let desk = Desk::new();
    let index = desk.path("tin");
    let missing = desk.path("khong-co.txt");
    let arguments: [&OsStr; 5] = [
        "--index".as_ref(),
        index.as_os_str(),
        "--alerts".as_ref(),
        missing.as_os_str(),
        "feeds".as_ref(),
    ];
    let ran = run(PROGRAM, &arguments, b"");
    assert_eq!(ran.code, Some(1), "{ran:#?}");
    assert!(ran.stderr.contains("khong-co.txt"), "{ran:#?}");
    for arguments in [&["--index", "tin"][..], &["--màu"], &[]] {
        let ran = run(PROGRAM, arguments, b"");
        assert_eq!(ran.code, Some(2), "{ran:#?}");
        assert!(ran.stderr.contains("Cách dùng"), "{ran:#?}");
    }
}
