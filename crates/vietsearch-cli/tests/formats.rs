//! The formats and encodings that `index` and `decode` read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{Place, filter, vietsearch};

const FEED: &str = r#"<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>
<title>Báo Thử</title>
<item><title>Cầu Suối Đá thông xe</title><guid>bao-1</guid><link>https://bao.example/1</link>
<description><![CDATA[<a href="1"><img src="1.jpg"></a></br>Cầu dài <b>120 m</b>&nbsp;nối hai xã.]]></description>
<pubDate>Wed, 01 May 2024 06:30:00 +0700</pubDate></item>
<item><title>Xã Đá mở hội</title><guid>bao-2</guid><description>Hội kéo dài ba ngày.</description>
<pubDate>Thứ Năm, 2/5/2024, 06:30 (GMT+7)</pubDate></item>
</channel></rss>"#;

#[test]
fn a_feed_is_added_once() {
    let place = Place::new();
    let feed = place.write("tin.xml", FEED);
    for _ in 0..2 {
        let report = place.run("index", &["--json", &feed]).exits(0).json();
        assert_eq!(report["indexed"], 2, "{report}");
        assert_eq!(report["articles"], 2, "{report}");
        assert_eq!(report["skipped"].as_array().unwrap().len(), 0, "{report}");
        assert_eq!(report["warnings"].as_array().unwrap().len(), 0, "{report}");
    }
    let found = place
        .run("search", &["--json", "cầu dài 120"])
        .exits(0)
        .json();
    let hit = &found["hits"][0];
    assert_eq!(hit["id"], "bao-1");
    assert_eq!(hit["title"], "Cầu Suối Đá thông xe");
    assert_eq!(hit["published_at"], "2024-05-01T06:30:00+07:00");
    assert!(
        hit["snippet"]
            .as_str()
            .unwrap()
            .contains("120 m nối hai xã"),
        "{hit}"
    );
    let day = ["--json", "hội", "--from", "2/5/2024", "--to", "2/5/2024"];
    assert_eq!(place.run("search", &day).exits(0).json()["total"], 1);
}

#[test]
fn every_format_in_one_folder() {
    let place = Place::new();
    place.write(
        "tin/a.jsonl",
        "{\"id\": \"a\", \"tieu_de\": \"Đường mới một\"}\n",
    );
    place.write(
        "tin/b.json",
        "[{\"id\": \"b\", \"title\": \"Đường mới hai\"}]",
    );
    place.write("tin/c.csv", "id;Tiêu đề;loai\nc;Đường mới ba;phóng sự\n");
    place.write("tin/d.xml", FEED.replace("Xã Đá mở hội", "Đường mới bốn"));
    place.write(
        "tin/e.html",
        "<html><head><title>Đường mới năm</title></head><body><p>đỗ&nbsp;đại học</p></body></html>",
    );
    place.write(
        "tin/f.txt",
        "Đường mới sáu\n\nLê An 06:30, 01/05/2024\n\nĐoạn một.\n",
    );
    place.write("tin/g.pdf", "%PDF");
    let folder = place.arg("tin");
    let report = place.run("index", &["--json", &folder]).exits(0).json();
    assert_eq!(report["indexed"], 7, "{report}");
    let found = place
        .run("search", &["--json", "đường mới"])
        .exits(0)
        .json();
    assert_eq!(found["total"], 6, "{found}");
    let field = ["--json", "đường mới", "--field", "loai=phong su"];
    let found = place.run("search", &field).exits(0).json();
    assert_eq!(found["hits"][0]["id"], "c", "{found}");
    let found = place.run("search", &["--json", "đại học"]).exits(0).json();
    let snippet = found["hits"][0]["snippet"].as_str().unwrap();
    let range = &found["hits"][0]["highlights"][0];
    let (start, end) = (range[0].as_u64().unwrap(), range[1].as_u64().unwrap());
    assert_eq!(&snippet[start as usize..end as usize], "đại học");
}

#[test]
fn bad_input_of_every_format_is_told() {
    let place = Place::new();
    place.write("tin/a.csv", "title,body\nMột\n\"Hai,b\nBa,c\n");
    place.write("tin/b.xml", "<rss><channel>\n<item><title>Bốn</title>");
    place.write("tin/c.html", "<html><body><h1>Năm</h1><p>Nửa trang");
    place.write("tin/d.csv", "x,y\n1,2\n");
    let folder = place.arg("tin");
    let report = place.run("index", &["--json", &folder]).exits(0).json();
    assert_eq!(report["indexed"], 4, "{report}");
    let places = |list: &str| -> Vec<String> {
        let problems = report[list].as_array().unwrap();
        let place = |problem: &serde_json::Value| problem["place"].as_str().unwrap().to_owned();
        problems.iter().map(place).collect()
    };
    let skipped = places("skipped");
    assert!(
        skipped.iter().any(|place| place.ends_with("a.csv:3")),
        "{report}"
    );
    assert!(
        skipped.iter().any(|place| place.ends_with("d.csv:1")),
        "{report}"
    );
    let warnings = places("warnings");
    assert!(
        warnings.iter().any(|place| place.ends_with("a.csv:2")),
        "{report}"
    );
    assert!(
        warnings.iter().any(|place| place.ends_with("b.xml:2")),
        "{report}"
    );
    assert!(
        warnings.iter().any(|place| place.ends_with("c.html")),
        "{report}"
    );
}

#[test]
fn encodings_of_files() {
    let place = Place::new();
    let tcvn3 = place.write("a.txt", b"Ti\xd5ng Vi\xd6t\n\nHai ng\xb5n n\xa8m.\n");
    place
        .run("index", &["--encoding", "tcvn3", &tcvn3])
        .exits(0);
    let found = place
        .run("search", &["--json", "tiếng việt"])
        .exits(0)
        .json();
    assert_eq!(found["hits"][0]["title"], "Tiếng Việt");

    let utf16: Vec<u8> = "\u{feff}Đường sắt\r\n\r\nTàu chạy."
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = place.write("b.txt", utf16);
    place.run("index", &[&marked]).exits(0);
    let found = place
        .run("search", &["--json", "đường sắt"])
        .exits(0)
        .json();
    assert_eq!(found["hits"][0]["title"], "Đường sắt");

    let wrong = place
        .run("index", &["--encoding", "koi8-r", &tcvn3])
        .exits(2);
    assert!(
        wrong.stderr.contains("known are utf-8, utf-16, "),
        "{wrong:?}"
    );
    // Nothing is guessed.
    let report = place.run("index", &["--json", &tcvn3]).exits(1).json();
    let reason = report["skipped"][0]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("not UTF-8: byte 2 of the file is 0xd5"),
        "{reason}"
    );
}

#[test]
fn decode_writes_utf8() {
    let cases: [(&str, &[u8], &str); 7] = [
        ("tcvn3", b"Vi\xd6t Nam\n", "Việt Nam\n"),
        ("vni", b"Vie\xe4t Nam", "Việt Nam"),
        ("viscii", b"Vi\xaet Nam", "Việt Nam"),
        ("vps", b"Vi\x8ct Nam", "Việt Nam"),
        ("windows-1258", b"Vi\xea\xf2t Nam", "Việt Nam"),
        ("viqr", br"Vie^.t Nam\.", "Việt Nam."),
        ("utf-16", b"\xff\xfeV\0i\0\xc7\x1et\0", "Việt"),
    ];
    for (name, bytes, text) in cases {
        let ran = filter(&["decode", "--encoding", name], bytes).exits(0);
        assert_eq!(ran.stdout, text, "{name}");
        assert_eq!(ran.stderr, "", "{name}");
    }
    let ran = filter(&["decode", "--encoding", "windows-1258"], b"a\n\x9d").exits(0);
    assert_eq!(ran.stdout, "a\n\u{fffd}");
    assert!(
        ran.stderr
            .contains("line 2, byte 2 of the input: 0x9d means nothing"),
        "{ran:?}"
    );
    vietsearch(&["decode", "--encoding", "koi8-r"]).exits(2);
}
