//! The files of an index: its manifest and lists as any bytes, the others changed.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tantivy::directory::{Directory, RamDirectory};
use vietsearch::index::IndexOptions;
use vietsearch::{Article, NewsIndex, NewsSearcher, SearchRequest, SearchResponse, WriterOptions};

struct Files {
    names: Vec<PathBuf>,
    contents: Vec<Vec<u8>>,
    expected: SearchResponse,
}

fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let directory = RamDirectory::create();
        let index = NewsIndex::create_in(directory.clone(), &IndexOptions::default()).unwrap();
        let mut writer = index
            .writer(WriterOptions::default().with_threads(1))
            .unwrap();
        for number in 0..12 {
            let title = format!("Giá vàng ngày {number}");
            let article = Article::new(title, "Giá vàng trong nước tăng, giá xăng giảm.");
            writer.add(article.with_id(number.to_string())).unwrap();
            if number == 7 {
                writer.commit().unwrap();
            }
        }
        writer.delete_id("3").unwrap();
        writer.finish().unwrap();
        let managed = directory.atomic_read(Path::new(".managed.json")).unwrap();
        let mut names: Vec<PathBuf> = serde_json::from_slice(&managed).unwrap();
        names.retain(|name| directory.exists(name).unwrap());
        names.sort();
        names.splice(
            0..0,
            [".managed.json", "vietsearch.json"].map(PathBuf::from),
        );
        let contents = names
            .iter()
            .map(|name| directory.atomic_read(name).unwrap());
        Files {
            contents: contents.collect(),
            expected: search(&index).unwrap(),
            names,
        }
    })
}

fn search(index: &NewsIndex) -> Result<SearchResponse, String> {
    let searcher = NewsSearcher::new(index).map_err(|error| error.to_string())?;
    let request = SearchRequest::new("\"gia vang\" -xăn").with_facets(["none"]);
    let found = searcher
        .search(&request)
        .map_err(|error| error.to_string())?;
    searcher
        .suggest("g", 3)
        .map_err(|error| error.to_string())?;
    searcher
        .similar("1", 3)
        .map_err(|error| error.to_string())?;
    Ok(found)
}

/// Checks every promise on some bytes: the first tells the file, the others what becomes of it.
pub fn check(input: &[u8]) {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let files = files();
    let chosen = usize::from(*first) % files.names.len();
    let mut content = files.contents[chosen].clone();
    // The manifest and the list of files are read as JSON, which anybody may write.
    if chosen < 2 {
        content = rest.to_vec();
    } else {
        for change in rest.chunks(3) {
            let [low, high, value] = *change else {
                content.truncate(content.len() * usize::from(change[0]) / 256);
                break;
            };
            let at = usize::from(u16::from_le_bytes([low, high])) % content.len().max(1);
            if let Some(byte) = content.get_mut(at) {
                *byte = value;
            }
        }
    }
    let directory = RamDirectory::create();
    for (number, name) in files.names.iter().enumerate() {
        let content = if number == chosen {
            &content
        } else {
            &files.contents[number]
        };
        directory.atomic_write(name, content).unwrap();
    }
    let Ok(index) = NewsIndex::open_in(directory) else {
        return;
    };
    if let Ok(found) = search(&index) {
        assert_eq!(found, files.expected, "{:?}", files.names[chosen]);
    }
    let _ = index.stats();
    let verified = index.verify().unwrap();
    if chosen >= 2 && content != files.contents[chosen] {
        assert!(!verified.is_sound(), "{:?}", files.names[chosen]);
    }
}
