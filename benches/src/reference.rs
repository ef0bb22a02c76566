//! tantivy as it is used without this library.

use tantivy::schema::{Field, Schema, TEXT};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, SimpleTokenizer, TextAnalyzer, TokenStream,
};
use tantivy::{Index, TantivyDocument};
use vietsearch::Article;

/// The chain that folds: words cut at every sign, lower-cased, without marks.
#[must_use]
pub fn folding_chain() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The chain that keeps the marks: words cut at every sign, lower-cased.
#[must_use]
pub fn lower_chain() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .build()
}

/// Counts the tokens of an analyzer and adds up the lengths of their terms.
pub fn drain(stream: &mut impl TokenStream) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    while stream.advance() {
        count += 1;
        bytes += stream.token().text.len();
    }
    (count, bytes)
}

/// Number of tokens of [`folding_chain`], counted the plain way.
#[must_use]
pub fn count_words(text: &str) -> usize {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).count()
}

/// An index of title, lead and body with tantivy's default tokenizer.
#[derive(Debug)]
pub struct PlainIndex {
    /// The index, in memory.
    pub index: Index,
    /// Title, lead and body.
    pub fields: [Field; 3],
}

impl PlainIndex {
    /// Indexes the articles on `threads` threads.
    ///
    /// # Errors
    ///
    /// Those of tantivy.
    pub fn new(articles: &[Article], threads: usize) -> tantivy::Result<Self> {
        let mut schema = Schema::builder();
        let fields = ["title", "lead", "body"].map(|name| schema.add_text_field(name, TEXT));
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(threads, 50_000_000 * threads)?;
        for article in articles {
            let mut document = TantivyDocument::new();
            let parts = [&article.title, &article.lead, &article.body];
            for (field, part) in fields.into_iter().zip(parts) {
                if let Some(text) = part {
                    document.add_text(field, text);
                }
            }
            writer.add_document(document)?;
        }
        writer.commit()?;
        Ok(Self { index, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree() {
        let text = "Hoà Bình, 3-0; a.b";
        let counted = drain(&mut folding_chain().token_stream(text));
        assert_eq!(counted, (6, 11));
        assert_eq!(count_words(text), 6);
    }
}
