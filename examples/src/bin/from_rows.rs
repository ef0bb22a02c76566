//! Articles from the rows of your own database, kept up to date.
//!
//! The table here is a `Vec`; with a real database, only where the rows come from changes. Three
//! things matter: the row's key becomes the article's id, a changed row is simply added again, and
//! a row that goes is deleted by its id.
//!
//! ```sh
//! cargo run -p vietsearch-examples --bin from_rows
//! ```

use std::error::Error;

use vietsearch::index::date::DateTime;
use vietsearch::{
    Article, IndexError, NewsIndex, NewsSearcher, NewsWriter, SearchRequest, WriterOptions,
};

/// A row of the table `bai_viet`, with the columns and types that the database happens to have.
#[derive(Clone, Default)]
struct Row {
    /// Primary key.
    ma_bai: i64,
    /// Headline.
    tieu_de: String,
    /// Summary; may be NULL.
    sapo: Option<String>,
    /// Text; NULL until the article is written.
    noi_dung: Option<String>,
    /// Byline; may be NULL.
    but_danh: Option<String>,
    /// Keywords in one column, separated by commas; may be NULL.
    tu_khoa: Option<String>,
    /// Day and time as text, such as `2024-08-10 17:22:00`; may be NULL.
    ngay_dang: Option<String>,
    /// A column that the library does not know.
    luot_xem: u32,
}

/// Makes an article of a row.
fn to_article(row: &Row) -> Article {
    let mut article = Article::new(row.tieu_de.as_str(), row.noi_dung.as_deref().unwrap_or(""))
        .with_id(row.ma_bai.to_string())
        .with_extra("luot_xem", row.luot_xem); // kept and shown, not searched

    // Fields that may be absent are `Option`s: a nullable column fits as it is.
    article.lead = row.sapo.clone();
    article.author = row.but_danh.clone();
    if let Some(keywords) = &row.tu_khoa {
        article = article.with_tags(keywords.split(',').map(str::trim));
    }

    // `DateTime::parse` knows the forms that Vietnamese newsrooms use and means Vietnam time
    // (+07:00) where none is written. A date that cannot be read is no reason to lose the article.
    match row.ngay_dang.as_deref().map(DateTime::parse).transpose() {
        Ok(published_at) => article.published_at = published_at,
        Err(error) => println!("  bài {}: bỏ ngày đăng, {error}", row.ma_bai),
    }
    article
}

/// Adds a row, or replaces what was there under its key.
fn upsert(writer: &mut NewsWriter, row: &Row) -> Result<(), IndexError> {
    match writer.add(to_article(row)) {
        // Nothing to find in it: the row is left out, the others are not affected.
        Err(IndexError::EmptyArticle { key }) => {
            println!("  bài {key}: bỏ qua, không có tiêu đề và nội dung");
            Ok(())
        }
        other => other,
    }
}

fn show(index: &NewsIndex, query: &str) -> Result<(), Box<dyn Error>> {
    // A searcher sees the index as of its making; this one sees the last commit.
    let searcher = NewsSearcher::new(index)?;
    let found = searcher.search(&SearchRequest::new(query))?;
    // `total` counts the articles with every word. Where the query is long, articles that lack a
    // word follow them, so that there may be more hits than `total`.
    println!("  “{query}”: {} bài có đủ mọi từ", found.total);
    for hit in &found.hits {
        let title = hit.title.as_deref().unwrap_or("");
        let day = hit.published_at.map(|at| at.day().to_string());
        println!(
            "    [{}] {title} ({})",
            hit.id,
            day.unwrap_or("không rõ ngày".into())
        );
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut table = sample_rows();
    let index = NewsIndex::create_in_ram()?;
    let mut writer = index.writer(WriterOptions::default())?;

    println!("Nạp cả bảng:");
    for row in &table {
        upsert(&mut writer, row)?;
    }
    writer.commit()?;
    println!("  chỉ mục có {} bài", index.num_docs());
    show(&index, "lũ sông hồng")?;

    println!("Một dòng đổi (UPDATE):");
    for row in table.iter_mut().filter(|row| row.ma_bai == 102) {
        row.tieu_de = "Lũ sông Hồng rút, người dân bãi giữa về nhà".into();
        row.ngay_dang = Some("2024-09-13".into());
        upsert(&mut writer, row)?;
    }
    // Commit once per batch of changes, not per row: a commit waits for the disk.
    writer.commit()?;
    println!("  chỉ mục có {} bài", index.num_docs());
    show(&index, "lu song hong rut")?;

    println!("Một dòng mất (DELETE):");
    table.retain(|row| row.ma_bai != 101);
    writer.delete_id("101")?;
    writer.commit()?;
    println!("  chỉ mục có {} bài", index.num_docs());
    show(&index, "lũ sông hồng")?;

    // Waits for work in the background. Dropping the writer would lose what is not committed.
    writer.finish()?;
    Ok(())
}

fn sample_rows() -> Vec<Row> {
    vec![
        Row {
            ma_bai: 101,
            tieu_de: "Lũ sông Hồng vượt báo động 2".into(),
            sapo: Some("Sáng 10-9, mực nước tại Hà Nội lên nhanh.".into()),
            noi_dung: Some("Các tổ trực đê được tăng cường.".into()),
            but_danh: Some("Lê Thảo".into()),
            tu_khoa: Some("mưa lũ, Hà Nội".into()),
            ngay_dang: Some("2024-09-10 06:30:00".into()),
            luot_xem: 1200,
        },
        Row {
            ma_bai: 102,
            tieu_de: "Lũ sông Hồng lên, người dân bãi giữa sơ tán".into(),
            noi_dung: Some("Xuồng máy đưa người già và trẻ em vào bờ.".into()),
            ngay_dang: Some("31/9/2024".into()), // there is no such day
            ..Row::default()
        },
        Row {
            ma_bai: 103,
            tieu_de: "Chợ hoa họp sớm".into(),
            ..Row::default()
        },
        // A draft: neither headline nor text yet.
        Row {
            ma_bai: 104,
            ..Row::default()
        },
    ]
}
