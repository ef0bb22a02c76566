//! The rival: tantivy as its users get it, an OR of the words over title, lead and body.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer, TokenStream,
};
use tantivy::{DocAddress, Index, IndexWriter, Score, Searcher, TantivyDocument, Term};
use vietsearch::Article;

/// The tokenizers that a rival can have: tantivy's default one, which keeps the marks, and the
/// chain that folds, as its users build it.
pub const TOKENIZERS: [&str; 2] = ["default", "folded"];

/// An index of title, lead and body, all stored, with one of the [`TOKENIZERS`].
#[derive(Debug)]
pub struct Rival {
    /// The index.
    pub index: Index,
    id: Field,
    fields: [Field; 3],
}

impl Rival {
    /// A new index in a directory that is there, or in memory.
    ///
    /// # Errors
    ///
    /// Those of tantivy: the directory has an index already, or cannot be written.
    pub fn create(directory: Option<&Path>, tokenizer: &str) -> tantivy::Result<Self> {
        let text = TextOptions::default().set_stored().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        let mut schema = Schema::builder();
        schema.add_text_field("id", STRING | STORED);
        for name in ["title", "lead", "body"] {
            schema.add_text_field(name, text.clone());
        }
        let schema = schema.build();
        Self::new(match directory {
            Some(directory) => Index::create_in_dir(directory, schema)?,
            None => Index::create_in_ram(schema),
        })
    }

    /// The index of a directory.
    ///
    /// # Errors
    ///
    /// Those of tantivy: there is none, or one with other fields.
    pub fn open(directory: &Path) -> tantivy::Result<Self> {
        Self::new(Index::open_in_dir(directory)?)
    }

    fn new(index: Index) -> tantivy::Result<Self> {
        let folded = TextAnalyzer::builder(SimpleTokenizer::default())
            .filter(RemoveLongFilter::limit(40))
            .filter(LowerCaser)
            .filter(AsciiFoldingFilter)
            .build();
        index.tokenizers().register("folded", folded);
        let schema = index.schema();
        let field = |name| schema.get_field(name);
        Ok(Self {
            id: field("id")?,
            fields: [field("title")?, field("lead")?, field("body")?],
            index,
        })
    }

    /// Adds an article.
    ///
    /// # Errors
    ///
    /// Those of tantivy.
    pub fn add(&self, writer: &IndexWriter, article: &Article) -> tantivy::Result<()> {
        let mut document = TantivyDocument::new();
        document.add_text(self.id, article.key());
        let values = [&article.title, &article.lead, &article.body];
        for (field, value) in self.fields.into_iter().zip(values) {
            if let Some(value) = value {
                document.add_text(field, value);
            }
        }
        writer.add_document(document)?;
        Ok(())
    }

    /// The best `depth` documents for an OR of the words that the tokenizer gives.
    ///
    /// # Errors
    ///
    /// Those of tantivy.
    pub fn top(
        &self,
        searcher: &Searcher,
        text: &str,
        depth: usize,
    ) -> tantivy::Result<Vec<(Score, DocAddress)>> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for field in self.fields {
            let mut analyzer = self.index.tokenizer_for_field(field)?;
            let mut stream = analyzer.token_stream(text);
            while let Some(token) = stream.next() {
                let term = Term::from_field_text(field, &token.text);
                let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(query)));
            }
        }
        searcher.search(
            &BooleanQuery::new(clauses),
            &TopDocs::with_limit(depth).order_by_score(),
        )
    }

    /// The key of an article that was found.
    ///
    /// # Errors
    ///
    /// Those of tantivy.
    pub fn key(&self, searcher: &Searcher, address: DocAddress) -> tantivy::Result<String> {
        let document: TantivyDocument = searcher.doc(address)?;
        let key = document.get_first(self.id).and_then(|value| value.as_str());
        Ok(key.unwrap_or("").to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_keeps_marks_the_other_folds() {
        for (tokenizer, wanted) in TOKENIZERS.into_iter().zip([vec!["1"], vec!["1", "2"]]) {
            let rival = Rival::create(None, tokenizer).unwrap();
            let mut writer = rival.index.writer_with_num_threads(1, 20_000_000).unwrap();
            for (id, title) in [("1", "Đường làng mới"), ("2", "Dương làng bên sông")] {
                let article = Article::new(title, "").with_id(id);
                rival.add(&writer, &article).unwrap();
            }
            writer.commit().unwrap();
            let searcher = rival.index.reader().unwrap().searcher();
            let top = rival.top(&searcher, "đường", 10).unwrap();
            let keys = top.into_iter().map(|(_, at)| rival.key(&searcher, at));
            let keys: Vec<String> = keys.collect::<Result<_, _>>().unwrap();
            assert_eq!(keys, wanted, "{tokenizer}");
        }
    }
}
