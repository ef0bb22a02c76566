//! Judged collections in folders: articles, queries, and which articles answer which query.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vietsearch::Article;
use vietsearch::ingest::{self, Entry, Options};

use crate::judged;
use crate::judgements::Judgements;
use crate::variants::{AS_TYPED, VARIANTS};

/// Why a collection cannot be read.
pub type Failure = Box<dyn Error + Send + Sync>;

/// A query: its id and its text.
pub type Query = (String, String);

/// Articles with judged queries.
#[derive(Debug)]
pub struct Collection {
    /// The name of its folder, or `demo`.
    pub name: String,
    /// What was judged.
    pub judgements: Judgements,
    /// The judged queries by variant; the first is [`AS_TYPED`].
    pub variants: Vec<(String, Vec<Query>)>,
    corpus: Corpus,
}

#[derive(Debug)]
enum Corpus {
    Demo,
    Whole(PathBuf),
    /// Articles whose headlines are the queries.
    WithoutHeadlines(PathBuf),
}

impl Collection {
    /// The demo articles and the project's own queries.
    ///
    /// # Errors
    ///
    /// Where `judged.toml` is wrong.
    pub fn demo() -> Result<Self, Failure> {
        let queries = judged::queries()?;
        let variants = VARIANTS.map(|(name, write)| {
            let queries = queries.iter().enumerate();
            let queries = queries.map(|(place, query)| (judged::id(place), write(&query.text)));
            (name.to_string(), queries.collect())
        });
        Ok(Self {
            name: "demo".to_string(),
            judgements: judged::judgements(&queries),
            variants: variants.into(),
            corpus: Corpus::Demo,
        })
    }

    /// Reads a folder in BEIR form: `queries.jsonl` and `queries.VARIANT.jsonl` (`_id`, `text`),
    /// `qrels.tsv`, `corpus.jsonl`. Without a corpus of its own it has the articles of `news`
    /// without their headlines.
    ///
    /// # Errors
    ///
    /// What is missing or cannot be read, by its path.
    pub fn open(folder: &Path, news: &Path) -> Result<Self, Failure> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let path = folder.join("qrels.tsv");
        let judgements = Judgements::read(&read(&path)?)
            .map_err(|reason| format!("{}: {reason}", path.display()))?;
        let own = folder.join("corpus.jsonl");
        let corpus = match (own.exists(), news.exists()) {
            (true, _) => Corpus::Whole(own),
            (false, true) => Corpus::WithoutHeadlines(news.to_path_buf()),
            (false, false) => {
                let (own, news) = (own.display(), news.display());
                return Err(format!("neither {own} nor {news} is there").into());
            }
        };
        let mut variants = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let variant = match name.strip_prefix("queries.") {
                Some("jsonl") => AS_TYPED,
                Some(rest) => match rest.strip_suffix(".jsonl") {
                    Some(variant) => variant,
                    None => continue,
                },
                None => continue,
            };
            let mut queries = queries(&path)?;
            queries.retain(|(id, _)| judgements.get(id).is_some());
            variants.push((variant.to_string(), queries));
        }
        variants.sort_by_key(|(name, _)| (name != AS_TYPED, name.clone()));
        Ok(Self {
            name: name.into_owned(),
            judgements,
            variants,
            corpus,
        })
    }

    /// The articles, read as they are asked for. What cannot be read is left out.
    #[must_use]
    pub fn articles(&self) -> Box<dyn Iterator<Item = Article> + '_> {
        match &self.corpus {
            Corpus::Demo => Box::new(vietsearch::demo::articles().into_iter()),
            Corpus::Whole(path) => Box::new(articles(path)),
            Corpus::WithoutHeadlines(path) => Box::new(articles(path).map(without_headline)),
        }
    }
}

/// The folders below `folder`, and itself, that have queries and judgements, by name.
///
/// # Errors
///
/// Those of the disk.
pub fn folders(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut folders = vec![folder.to_path_buf()];
    for entry in fs::read_dir(folder)? {
        folders.push(entry?.path());
    }
    folders.retain(|folder| {
        let has = |name| folder.join(name).is_file();
        has("queries.jsonl") && has("qrels.tsv")
    });
    folders.sort();
    Ok(folders)
}

fn articles(path: &Path) -> impl Iterator<Item = Article> + use<> {
    let entries = ingest::read([path.to_path_buf()], &Options::default());
    entries.filter_map(|entry| match entry {
        Entry::Article { article, .. } => Some(*article),
        Entry::Skipped(_) => None,
    })
}

/// Lead and body as one text, so that nothing stands where a headline would.
fn without_headline(mut article: Article) -> Article {
    article.id = Some(article.key());
    article.title = None;
    let parts = [article.lead.take(), article.body.take()];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
    article.body = Some(text);
    article
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn queries(path: &Path) -> Result<Vec<Query>, Failure> {
    let mut queries = Vec::new();
    for (number, line) in read(path)?.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let query: Value = serde_json::from_str(line)
            .map_err(|error| format!("{}:{}: {error}", path.display(), number + 1))?;
        let id = match query.get("_id") {
            Some(Value::String(id)) => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        };
        let text = query.get("text").and_then(Value::as_str);
        let (Some(id), Some(text)) = (id, text) else {
            let place = format!("{}:{}", path.display(), number + 1);
            return Err(format!("{place}: want \"_id\" and \"text\"").into());
        };
        queries.push((id, text.to_string()));
    }
    Ok(queries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        fs::create_dir(root.join("tin")).unwrap();
        let files = [
            ("qrels.tsv", "query-id\tcorpus-id\tscore\nq2\ta\t1\n"),
            (
                "queries.jsonl",
                "{\"_id\": \"q1\", \"text\": \"không ai chấm\"}\n{\"_id\": \"q2\", \"text\": \"chợ nổi\"}\n",
            ),
            (
                "queries.nodia.jsonl",
                "{\"_id\": \"q2\", \"text\": \"cho noi\"}\n",
            ),
            ("queries.half.jsonl.gz", ""),
            (
                "corpus.jsonl",
                "{\"_id\": \"a\", \"title\": \"Chợ nổi\", \"text\": \"Ghe về từ sáng.\"}\n",
            ),
        ];
        for (name, text) in files {
            fs::write(root.join("tin").join(name), text).unwrap();
        }
        let found = folders(root).unwrap();
        assert_eq!(found, [root.join("tin")]);
        let collection = Collection::open(&found[0], Path::new("")).unwrap();
        let query = |text: &str| vec![("q2".to_string(), text.to_string())];
        assert_eq!(
            collection.variants,
            [
                ("asis".to_string(), query("chợ nổi")),
                ("nodia".to_string(), query("cho noi"))
            ]
        );
        let keys: Vec<_> = collection.articles().map(|article| article.key()).collect();
        assert_eq!(
            (collection.name.as_str(), keys),
            ("tin", vec!["a".to_string()])
        );

        fs::rename(root.join("tin/corpus.jsonl"), root.join("bao.jsonl")).unwrap();
        assert!(Collection::open(&found[0], &root.join("none")).is_err());
        let collection = Collection::open(&found[0], &root.join("bao.jsonl")).unwrap();
        let article = collection.articles().next().unwrap();
        assert_eq!(
            (article.title, article.body),
            (None, Some("Ghe về từ sáng.".to_string()))
        );
        assert_eq!(article.id.as_deref(), Some("a"));
    }
}
