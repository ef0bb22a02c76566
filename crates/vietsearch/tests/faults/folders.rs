//! Folders that cannot be written, that vanish, that are full.

use std::fs;
use std::path::Path;

use vietsearch::index::verify;
use vietsearch::{Article, IndexError, NewsIndex, NewsWriter};

use crate::{articles, options};

fn one(id: &str) -> Article {
    Article::new(format!("Bản tin {id}"), "Chuyện làng bên.").with_id(id)
}

fn add(writer: &mut NewsWriter, id: &str) -> Result<(), IndexError> {
    writer.add(one(id))?;
    writer.commit()
}

/// True if this user may write anywhere, whatever the rights.
fn writes_anyway(folder: &Path) -> bool {
    fs::write(folder.join(".thu"), "").is_ok()
}

#[cfg(unix)]
#[test]
fn a_folder_that_becomes_read_only_is_an_error_and_readable() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bao");
    let index = NewsIndex::create(&path).unwrap();
    let mut writer = index.writer(options()).unwrap();
    add(&mut writer, "1").unwrap();
    let rights = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    rights(0o555);
    if writes_anyway(&path) {
        rights(0o755);
        println!("skipped: this user may write anywhere");
        return;
    }
    assert!(add(&mut writer, "2").is_err());
    drop(writer);
    let opened = NewsIndex::open(&path).unwrap();
    assert_eq!(articles(&opened).len(), 1);
    assert!(opened.writer(options()).is_err());
    assert!(matches!(
        NewsIndex::create(path.join("moi")).map(|_| ()),
        Err(IndexError::Io { .. })
    ));
    rights(0o755);
    let mut writer = opened.writer(options()).unwrap();
    add(&mut writer, "2").unwrap();
    assert!(verify(&path).unwrap().is_sound());
}

/// On Linux nobody may write below `/proc`, whatever the rights.
#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nobody_may_write_is_an_error() {
    for place in ["/proc/vietsearch-index", "/proc/self/vietsearch-index"] {
        let error = NewsIndex::create(place).map(|_| ()).unwrap_err();
        assert!(matches!(error, IndexError::Io { .. }), "{error:?}");
    }
}

#[test]
fn a_folder_that_vanishes_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bao");
    let index = NewsIndex::create(&path).unwrap();
    let mut writer = index.writer(options()).unwrap();
    add(&mut writer, "1").unwrap();
    fs::remove_dir_all(&path).unwrap();
    assert!(add(&mut writer, "2").is_err());
    assert!(writer.commit().is_err());
    assert!(writer.finish().is_err());
    // Who has the files open reads on, where the system lets them.
    #[cfg(unix)]
    assert_eq!(articles(&index).len(), 1);
    assert!(index.reload().is_err());
    assert!(matches!(
        NewsIndex::open(&path).map(|_| ()),
        Err(IndexError::NotAnIndex { .. })
    ));
    let index = NewsIndex::create(&path).unwrap();
    let mut writer = index.writer(options()).unwrap();
    add(&mut writer, "3").unwrap();
    assert_eq!(articles(&index).len(), 1);
}

/// `VIETSEARCH_SMALL_DISK` names a folder on a file system of a few megabytes (`mount -t tmpfs -o
/// size=4m`): articles are added until it is full, several times over.
#[test]
fn a_full_disk_is_an_error_and_the_last_commit_stays() {
    let Some(disk) = std::env::var_os("VIETSEARCH_SMALL_DISK") else {
        return;
    };
    let path = Path::new(&disk).join("bao");
    fs::remove_dir_all(&path).ok();
    let index = NewsIndex::create(&path).unwrap();
    let mut committed = 0;
    for round in 0..5 {
        let mut writer = index.writer(options()).unwrap();
        let error = loop {
            let step = (0..200).try_for_each(|number| {
                let id = format!("{round}-{committed}-{number}");
                writer.add(Article::new(format!("Bản tin {id}"), body(number)).with_id(id))
            });
            match step.and_then(|()| writer.commit()) {
                Ok(()) => committed += 200,
                Err(error) => break error,
            }
            assert!(committed < 1_000_000, "the disk is not small");
        };
        println!("round {round}: {committed} articles, then {error}");
        drop(writer);
        let opened = NewsIndex::open(&path).unwrap();
        assert_eq!(opened.num_docs(), committed, "round {round}");
        assert!(opened.verify().unwrap().is_sound());
    }
    fs::remove_dir_all(&path).unwrap();
}

fn body(number: usize) -> String {
    let words = (0..120).map(|word| format!("từ{} ", (word * 7919 + number * 104_729) % 9973));
    words.collect()
}
