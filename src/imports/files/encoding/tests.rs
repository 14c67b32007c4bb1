use encoding_rs::{GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

use super::*;

fn text_in(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    encoding.encode(text).0.into_owned()
}

fn utf16(text: &str, mark: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("{mark}{text}").encode_utf16().flat_map(bytes).collect()
}

fn found(bytes: &[u8], name: Option<&str>) -> Result<(Found, String), FileError> {
    let mut file: Bytes = Box::new(Cursor::new(bytes.to_vec()));
    let found = find(Subject::Customers, &mut file, bytes, name)?;
    let mut text = String::new();
    decode(file, found).and_then(|mut decoded| decoded.read_to_string(&mut text)).unwrap_or_else(|error| panic!("{error}: {text}"));
    Ok((found, text))
}

const GERMAN: &str = "number,name\n1,Müller Straßenbau\n2,Löwe & Söhne, Köln\n";

#[test]
fn what_says_its_encoding_is_read_so() {
    for (bytes, encoding, marked) in [
        (GERMAN.as_bytes().to_vec(), UTF_8, false),
        (format!("\u{feff}{GERMAN}").into_bytes(), UTF_8, true),
        (utf16(GERMAN, "\u{feff}", u16::to_le_bytes), UTF_16LE, true),
        (utf16(GERMAN, "\u{feff}", u16::to_be_bytes), UTF_16BE, true),
        (utf16(GERMAN, "", u16::to_le_bytes), UTF_16LE, false),
        (utf16(GERMAN, "", u16::to_be_bytes), UTF_16BE, false),
    ] {
        assert_eq!(found(&bytes, None), Ok((Found { encoding, guessed: false, marked }, GERMAN.to_owned())), "{}", encoding.name());
    }
}

#[test]
fn what_does_not_is_guessed_or_said() {
    const RUSSIAN: &str = "номер,имя\n1,Общество с ограниченной ответственностью\n";
    const JAPANESE: &str = "番号,名前\n1,株式会社日本のこと\n2,東京でんりょく\n";
    const CHINESE: &str = "编号,名称\n1,北京科技有限公司\n2,上海贸易有限公司\n";
    for (encoding, text) in [(WINDOWS_1252, GERMAN), (WINDOWS_1251, RUSSIAN), (SHIFT_JIS, JAPANESE), (GBK, CHINESE)] {
        let bytes = text_in(encoding, text);
        let wanted = |guessed| Ok((Found { encoding, guessed, marked: false }, text.to_owned()));
        assert_eq!(found(&bytes, None), wanted(true), "{}", encoding.name());
        assert_eq!(found(&bytes, Some(encoding.name())), wanted(false), "{}", encoding.name());
    }
    let cp1252 = text_in(WINDOWS_1252, GERMAN);
    assert_eq!(found(&cp1252, Some("latin1")).map(|(found, _)| found.encoding), Ok(WINDOWS_1252), "another name of it");
    let error = found(&cp1252, Some("EBCDIC")).expect_err("an error").to_string();
    assert_eq!(error, "There is no encoding called EBCDIC.");
}

/// One damaged character must not turn all others into `MÃ¼ller`.
#[test]
fn a_damaged_character_is_named_by_its_line() {
    let mut rows: Vec<Vec<u8>> = (1..10_000).map(|row| format!("{row},Müller\r\n").into_bytes()).collect();
    rows[8_999] = b"9000,M\xC3\r\n".to_vec();
    let error = found(&rows.concat(), None).expect_err("an error");
    assert_eq!(error.line, Some(9_000), "{error}");
    let marked = [b"\xEF\xBB\xBFa\n".to_vec(), b"M\xFCller\n".to_vec()].concat();
    assert_eq!(found(&marked, None).expect_err("an error").line, Some(2));
    let cut = "a\nMüller, Jürgen\nä".as_bytes();
    assert_eq!(found(&cut[..cut.len() - 1], None).expect_err("an error").line, Some(3));
    assert_eq!(line_at(&mut (Box::new(Cursor::new(b"a\rb\r\n\nc".to_vec())) as Bytes), 6).unwrap(), 4);
}

#[test]
fn characters_may_be_cut_where_the_file_is_read() {
    let text = format!("{}{}", "x".repeat(CHUNK - 1), "ü😀".repeat(CHUNK));
    assert_eq!(found(text.as_bytes(), None).map(|(found, read)| (found.encoding, read == text)), Ok((UTF_8, true)));
    let bytes = utf16(&text, "\u{feff}", u16::to_le_bytes);
    assert_eq!(found(&bytes, None).map(|(found, read)| (found.encoding, read == text)), Ok((UTF_16LE, true)));
}

#[test]
fn the_sample_is_the_first_line_with_a_letter_beyond_ascii() {
    let sample = |text: &str| super::sample(text.as_bytes()).unwrap();
    assert_eq!(sample(GERMAN), "1,Müller Straßenbau");
    assert_eq!(sample("a\r\nb"), "");
    assert_eq!(sample(&format!("a\n{}", "ä".repeat(1_000))), "ä".repeat(SAMPLE));
}
