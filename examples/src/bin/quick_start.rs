//! The smallest whole program: three articles, one search, highlighted hits.
//!
//! ```sh
//! cargo run -p vietsearch-examples --bin quick_start
//! ```

use std::error::Error;

use vietsearch::index::date::DateTime;
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, WriterOptions, to_html};

fn main() -> Result<(), Box<dyn Error>> {
    // In memory, gone when the program ends. `NewsIndex::open_or_create("thu-muc")` keeps it.
    let index = NewsIndex::create_in_ram()?;

    // An index has one writer at a time, and any number of searchers.
    let mut writer = index.writer(WriterOptions::default())?;
    writer.add(
        Article::new(
            "Giá vàng lập đỉnh mới",
            "Sáng nay, giá vàng miếng trong nước vượt mốc 90 triệu đồng một lượng.",
        )
        .with_id("1") // an article added later under this id takes the place of this one
        .with_section("Kinh tế")
        .with_published_at(DateTime::parse("17h22 10/8/2024")?),
    )?;
    writer.add(
        Article::new(
            "Giá xăng giảm lần thứ ba",
            "Từ 15 giờ chiều nay, mỗi lít xăng rẻ hơn 420 đồng.",
        )
        .with_id("2"),
    )?;
    // Some sources publish without marks. They are found too.
    writer.add(
        Article::new(
            "Ban tin sang",
            "Phien cuoi tuan, gia vang the gioi giam nhe.",
        )
        .with_id("3"),
    )?;
    // Before this line nothing can be found, and nothing would survive a power cut.
    writer.commit()?;

    // A searcher sees the index as it is now: take a new one after each commit.
    let searcher = NewsSearcher::new(&index)?;
    let found = searcher.search(&SearchRequest::new("gia vang"))?;

    println!("“gia vang”: {} bài có đủ mọi từ", found.total);
    for hit in &found.hits {
        // Highlights are byte ranges; `to_html` escapes the text and puts tags around them.
        // An article may have no title, hence the `Option`.
        let title = hit.title.as_deref().unwrap_or("(không có tiêu đề)");
        let title = to_html(title, &hit.title_highlights, "<em>", "</em>");
        let snippet = to_html(&hit.snippet, &hit.highlights, "<em>", "</em>");
        println!("{}. {title}\n   {snippet}", hit.id);
    }
    Ok(())
}
