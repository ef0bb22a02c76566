//! Only the tokenizers, in a tantivy index of your own with tantivy's own query parser.
//!
//! For a program that has a tantivy index already: two fields with the same text, one with the
//! marks and one without, and both are searched. This needs the crate `vietsearch-tantivy` alone.
//!
//! ```sh
//! cargo run -p vietsearch-examples --bin plain_tantivy
//! ```
//!
//! What it does not do: here `đường` finds dương too (below đường), for the folded field knows no
//! marks. The crate `vietsearch` plans its queries so that a typed mark is a constraint.

use std::error::Error;

use tantivy::collector::{Count, TopDocs};
use tantivy::query::QueryParser;
use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::{Index, TantivyDocument, doc};
use vietsearch_tantivy::{VI, VI_FOLDED, ViTokenizer};

const ARTICLES: [&str; 3] = [
    "Đường sắt Bắc Nam chạy lại sau bão",
    "Ánh dương trên vịnh Hạ Long",
    "Giá đường trong nước tăng nhẹ",
];

fn main() -> Result<(), Box<dyn Error>> {
    // 1. The schema names a tokenizer for each field. Positions are needed for phrases. The text
    //    is stored once.
    let mut schema = Schema::builder();
    let exact = schema.add_text_field("bai", text_field(VI).set_stored());
    let folded = schema.add_text_field("bai_khong_dau", text_field(VI_FOLDED));
    let index = Index::create_in_ram(schema.build());

    // 2. The names get their tokenizers. Do this again whenever the index is opened: tantivy keeps
    //    the names only.
    index.tokenizers().register(VI, ViTokenizer::syllables());
    index
        .tokenizers()
        .register(VI_FOLDED, ViTokenizer::folded());

    // 3. Every text goes into both fields.
    let mut writer = index.writer_with_num_threads(1, 15_000_000)?;
    for text in ARTICLES {
        writer.add_document(doc!(exact => text, folded => text))?;
    }
    writer.commit()?;

    // 4. The parser searches both. A boost puts the spelling that was typed above its relatives.
    let searcher = index.reader()?.searcher();
    let mut parser = QueryParser::for_index(&index, vec![exact, folded]);
    parser.set_field_boost(exact, 2.0);
    parser.set_conjunction_by_default();

    // The third one has its marks as characters of their own, as some keyboards write them.
    let queries = [
        ("không dấu", "duong"),
        ("có dấu", "đường"),
        ("dấu rời", "\u{111}u\u{31b}o\u{31b}\u{300}ng"),
        ("cụm từ", "\"duong sat\""),
    ];
    for (how, query) in queries {
        println!("{query} ({how})");
        let parsed = parser.parse_query(query)?;
        // tantivy's own highlighting works, for tokens know their places in the original text.
        let snippets = SnippetGenerator::create(&searcher, &parsed, folded)?;
        let best_first = TopDocs::with_limit(10).order_by_score();
        for (score, address) in searcher.search(&parsed, &best_first)? {
            let document: TantivyDocument = searcher.doc(address)?;
            let stored = document.get_first(exact).and_then(|value| value.as_str());
            let snippet = snippets.snippet(stored.unwrap_or(""));
            println!("  {score:.2}  {}", snippet.to_html());
        }
    }

    // 5. A field's name before a word asks that field alone: only these marks.
    let only_marked = parser.parse_query("bai:đường")?;
    let count = searcher.search(&only_marked, &Count)?;
    println!("bai:đường: {count} bài");
    Ok(())
}

fn text_field(tokenizer: &str) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(tokenizer)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    TextOptions::default().set_indexing_options(indexing)
}
