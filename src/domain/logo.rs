//! A logo as it is uploaded: decided by its bytes, whatever it was declared as, and refused where it could do more than be looked at.

use std::io::Cursor;

use png::{Decoder, Limits};
use roxmltree::{Document, Node, ParsingOptions};

use super::vendor::{Logo, LogoKind};

/// The longest file, in bytes.
pub const LIMIT: usize = 256 << 10;
/// Greatest width and height of a PNG, in pixels.
const SIDE: u32 = 2_000;
/// The bytes that a PNG of that size takes when it is decoded: four channels of 16 bits.
const DECODED: usize = (SIDE as usize).pow(2) * 8;
/// Elements and texts of an SVG.
const NODES: u32 = 20_000;

const SVG: &str = "http://www.w3.org/2000/svg";
/// They run, take in something else, or change an address later.
const REFUSED: [&str; 11] =
    ["script", "foreignObject", "iframe", "embed", "object", "audio", "video", "handler", "listener", "set", "animate"];

/// Checks a file.
///
/// # Errors
/// A sentence for whoever sent it.
pub fn check(bytes: Vec<u8>) -> Result<Logo, &'static str> {
    if bytes.is_empty() {
        return Err("Choose a file first.");
    }
    if bytes.len() > LIMIT {
        return Err("The logo is larger than 256 KiB.");
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        png(&bytes)?;
        return Ok(Logo::new(LogoKind::Png, bytes));
    }
    let text = str::from_utf8(&bytes).map_err(|_| NEITHER)?;
    svg(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    Ok(Logo::new(LogoKind::Svg, bytes))
}

const NEITHER: &str = "The file is neither a PNG nor an SVG.";

/// The sizes are looked at before anything is decoded.
fn png(bytes: &[u8]) -> Result<(), &'static str> {
    const DAMAGED: &str = "The PNG is damaged.";
    let mut reader = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: DECODED }).read_info().map_err(|_| DAMAGED)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width > SIDE || height > SIDE {
        return Err("The PNG is larger than 2,000 by 2,000 pixels.");
    }
    let size = reader.output_buffer_size().filter(|size| *size <= DECODED).ok_or(DAMAGED)?;
    reader.next_frame(&mut vec![0; size]).map_err(|_| DAMAGED)?;
    reader.finish().map_err(|_| DAMAGED)
}

fn svg(text: &str) -> Result<(), &'static str> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(roxmltree::Error::DtdDetected) => return Err("The SVG has a DOCTYPE: remove it."),
        Err(_) => return Err(NEITHER),
    };
    if document.root_element().tag_name().name() != "svg" || document.root_element().tag_name().namespace() != Some(SVG) {
        return Err(NEITHER);
    }
    document.descendants().try_for_each(node)
}

fn node(node: Node<'_, '_>) -> Result<(), &'static str> {
    const ACTIVE: &str = "The SVG contains a script, or something else that is no picture. Export it as plain SVG.";
    const OUTSIDE: &str = "The SVG refers to something outside of itself. Embed it, and export the SVG again.";
    if node.is_pi() {
        return Err(OUTSIDE);
    }
    if !node.is_element() {
        return Ok(());
    }
    let name = node.tag_name().name();
    if node.tag_name().namespace() != Some(SVG) || REFUSED.iter().any(|refused| name.starts_with(refused)) {
        return Err(ACTIVE);
    }
    if name == "style" && !node.children().filter_map(|child| child.text()).all(is_own_style) {
        return Err(OUTSIDE);
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name().to_ascii_lowercase(), attribute.value().trim());
        if name.starts_with("on") {
            return Err(ACTIVE);
        }
        let leads_outside = matches!(name.as_str(), "href" | "src" | "base") && !(value.starts_with('#') || is_embedded(value));
        if leads_outside || !is_own_style(value) {
            return Err(OUTSIDE);
        }
    }
    Ok(())
}

/// Whether an address is a picture that stands in the file itself.
fn is_embedded(address: &str) -> bool {
    address.starts_with("data:image/png;base64,")
}

/// Whether a style refers to nothing but parts of the same file. An escape could spell anything.
fn is_own_style(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    let own = |address: &str| {
        let address = address.trim_start().trim_start_matches(['"', '\'']);
        address.starts_with('#') || is_embedded(address)
    };
    let takes_in = ["@import", "image-set(", "src(", "\\"].iter().any(|word| style.contains(word));
    !takes_in && style.split("url(").skip(1).all(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str) -> Result<LogoKind, &'static str> {
        let file = format!(r#"<svg xmlns="{SVG}" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{body}</svg>"#);
        check(file.into_bytes()).map(|logo| logo.kind)
    }

    /// A PNG of so many grey pixels.
    fn grey(width: u32, height: u32) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&vec![7; (width * height) as usize]).unwrap();
        writer.finish().unwrap();
        file
    }

    #[test]
    fn pictures_are_taken() {
        assert_eq!(check(grey(20, 10)).unwrap().kind, LogoKind::Png);
        for body in [
            "<path d='M0 0h9v9z' fill='url(#a)'/><style>path { fill: url(#a) }</style>",
            "<linearGradient id='a'/><use href='#a'/><use xlink:href='#a'/>",
            "<image href='data:image/png;base64,AAAA'/><title>On &amp; off</title>",
        ] {
            assert_eq!(of(body), Ok(LogoKind::Svg), "{body}");
        }
    }

    #[test]
    fn what_could_do_more_than_be_looked_at_is_refused() {
        for body in [
            "<script>alert(1)</script>",
            "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>",
            "<b xmlns='http://www.w3.org/1999/xhtml'>x</b>",
            "<path onload='x()'/>",
            "<path ONCLICK='x()'/>",
            "<animate attributeName='href' to='https://evil.example'/>",
        ] {
            assert!(of(body).unwrap_err().contains("script"), "{body}");
        }
        for body in [
            "<image href='https://evil.example/x.png'/>",
            "<use xlink:href='//evil.example/x.svg#a'/>",
            "<a href='javascript:x()'/>",
            "<image href='data:image/svg+xml;base64,AAAA'/>",
            "<style>@import 'https://evil.example/x.css'</style>",
            "<style>path { fill: URL( 'https://evil.example/' ) }</style>",
            "<style>path { fill: u\\72l(https://evil.example/) }</style>",
            "<path style='fill: url(//evil.example)'/>",
            "<?xml-stylesheet href='https://evil.example/x.css'?>",
        ] {
            assert!(of(body).unwrap_err().contains("outside"), "{body}");
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let entity = format!("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='{SVG}'>&a;</svg>");
        assert!(check(entity.into_bytes()).unwrap_err().contains("DOCTYPE"));
        for file in [&b"<html><body>x</body></html>"[..], b"GIF89a", b"<svg>x</svg>", b"\xff\xfe<", b"x"] {
            assert_eq!(check(file.to_vec()), Err(NEITHER));
        }
        assert_eq!(check(Vec::new()), Err("Choose a file first."));
        assert_eq!(check(vec![b' '; LIMIT + 1]), Err("The logo is larger than 256 KiB."));
        assert_eq!(check(grey(SIDE + 1, 1)), Err("The PNG is larger than 2,000 by 2,000 pixels."));
        let mut cut = grey(20, 10);
        cut.truncate(50);
        assert_eq!(check(cut), Err("The PNG is damaged."));
        // 60,000 by 60,000 pixels, said in a header of 13 bytes.
        let mut huge = grey(1, 1);
        huge[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        assert!(check(huge).is_err());
    }
}
