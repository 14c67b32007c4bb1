//! Pictures of the main states, so that a layout that changes unnoticed is noticed.
//!
//! They are kept in `pictures/` as grids: a sign for each cell of 20 by 20 pixels, from `0` for black to `z` for white. Text is drawn in
//! blocks (`pictures/block.ttf`), so that it takes the same room whatever fonts a machine has; what is left, the controls that the browser
//! draws, may differ a little. `PICTURES=write` writes them again.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::{Browser, browse, key};
use crate::support::{Customer, Engine};

/// The side of a cell, in pixels.
const CELL: usize = 20;
/// By how many of 36 steps a cell may be lighter or darker.
const SHADE: u32 = 2;
/// How many cells in a hundred may differ by more.
const OUTLIERS: f64 = 0.15;

#[test]
fn the_main_states_look_as_they_did() {
    browse("pictures", Engine::Sqlite, true, async |browser| {
        let mut album = Album { browser, faults: Vec::new() };
        states(&mut album).await;
        assert!(album.faults.is_empty(), "{}\nIf it is meant, write them again with PICTURES=write.", album.faults.join("\n"));
    });
}

async fn states(album: &mut Album<'_>) {
    let browser = album.browser;
    album.picture("empty-database", (1440, 900), "light").await;
    let acme = records(browser);
    browser.open(acme.path()).await;
    album.picture("detail", (1440, 900), "light").await;
    album.picture("detail-dark", (1440, 900), "dark").await;
    album.picture("detail-narrow", (390, 844), "light").await;
    browser.size(1440, 900).await;
    browser.press(['?']).await;
    browser.sees("Next customer").await;
    album.picture("keys", (1440, 900), "light").await;
    browser.press([key::ESCAPE]).await;
    browser.open("/customers").await;
    album.picture("list-narrow", (390, 844), "light").await;
    browser.size(1440, 900).await;
    browser.open(acme.at("edit")).await;
    album.picture("form", (1440, 900), "light").await;
    browser.open("/customers/2").await;
    browser.click("Delete").await;
    browser.sees("Delete Customer 02?").await;
    album.picture("question-dark", (1440, 900), "dark").await;
    browser.open(acme.path()).await;
    browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
    album.shot("paper", (760, 1000)).await;
}

fn records(browser: &Browser) -> Customer {
    let app = &browser.app;
    let acme = app.company("Acme Robotics").ref_id("R-1001").crm_id("CRM-1").with("phone", "+49 30 5550 1420").with("language", "de");
    let acme = acme.with("billing_street", "Lindenallee 14").with("billing_city", "Berlin").with("billing_country", "DE");
    let acme = acme.contact("Jana", "Hoffmann", "jana@acme.example").contact("Tomás", "Nuñez", "tomas@acme.example").create();
    acme.entitle(&[("product", "Anvil"), ("starts_on", "2999-01-01"), ("ends_on", "2999-12-31"), ("quantity", "5")]).expect(303);
    acme.entitle(&[("product", "Bellows"), ("starts_on", "2020-01-01"), ("ends_on", "2020-12-31")]).expect(303);
    for number in 2..=40 {
        let customer = app.company(&format!("Customer {number:02}")).ref_id(&format!("R-{}", 1000 + number));
        let customer = if number % 7 == 0 { customer.disabled() } else { customer };
        customer.create();
    }
    acme
}

/// Draws all text in blocks, and moments as long as they always are. A script of the tests may do what the page's own may not.
const IN_BLOCKS: &str = "
    const [font, done] = arguments, style = new CSSStyleSheet();
    for (const moment of document.querySelectorAll('time, .paper')) moment.textContent = 'just now';
    style.replaceSync('*, ::before, ::after, ::placeholder { font-family: Block !important; font-synthesis: none !important; caret-color: transparent !important; }');
    document.adoptedStyleSheets = [style];
    const block = new FontFace('Block', Uint8Array.from(atob(font), c => c.charCodeAt(0)));
    document.fonts.add(block);
    block.load().then(() => done(true))";

/// Takes pictures and notes which are not as they were.
struct Album<'a> {
    browser: &'a Browser,
    faults: Vec<String>,
}

impl Album<'_> {
    async fn picture(&mut self, name: &str, size: (u32, u32), scheme: &str) {
        self.browser.scheme(scheme).await;
        self.shot(name, size).await;
    }

    async fn shot(&mut self, name: &str, (width, height): (u32, u32)) {
        self.browser.size(width, height).await;
        self.browser.settled().await;
        let block = STANDARD.encode(include_bytes!("pictures/block.ttf"));
        self.browser.execute_async(IN_BLOCKS, vec![json!(block)]).await.expect("text in blocks");
        self.browser.a_moment_passes().await;
        let grid = self.grid().await;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/browser/pictures/{name}.txt"));
        if std::env::var_os("PICTURES").is_some_and(|wish| wish == "write") {
            fs::write(&path, grid).expect("a file");
            return;
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = difference(&kept, &grid) {
            let now = self.browser.picture(&format!("picture-{name}")).await;
            self.faults.push(format!("{name}: {difference}; it looks like {} now", now.display()));
        }
    }

    async fn grid(&self) -> String {
        let picture = self.browser.cdp("Page.captureScreenshot", json!({ "format": "png" })).await;
        let script = "
            const [data, side, done] = arguments;
            createImageBitmap(new Blob([Uint8Array.from(atob(data), c => c.charCodeAt(0))])).then(image => {
                const { width, height } = image, canvas = new OffscreenCanvas(width, height).getContext('2d');
                canvas.drawImage(image, 0, 0);
                const { data } = canvas.getImageData(0, 0, width, height), lines = [];
                for (let top = 0; top < height; top += side) {
                    let line = '';
                    for (let left = 0; left < width; left += side) {
                        let sum = 0, count = 0;
                        for (let y = top; y < Math.min(top + side, height); y++)
                            for (let x = left; x < Math.min(left + side, width); x++) {
                                const at = 4 * (y * width + x);
                                sum += 0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
                                count++;
                            }
                        line += Math.round(sum / count / 255 * 35).toString(36);
                    }
                    lines.push(line);
                }
                done(lines);
            }, error => done([String(error)]))";
        let lines = self.browser.execute_async(script, vec![picture["data"].clone(), json!(CELL)]).await.expect("a grid");
        let lines: Vec<String> = serde_json::from_value(lines).expect("lines");
        lines.iter().fold(String::new(), |mut text, line| {
            let _ = writeln!(text, "{line}");
            text
        })
    }
}

/// What differs between two grids, if it is more than other fonts explain.
fn difference(kept: &str, now: &str) -> Option<String> {
    let shades = |grid: &str| grid.lines().map(|line| line.chars().filter_map(|sign| sign.to_digit(36)).collect()).collect::<Vec<Vec<_>>>();
    let (kept, now) = (shades(kept), shades(now));
    let size = |grid: &[Vec<u32>]| (grid.first().map_or(0, Vec::len), grid.len());
    if size(&kept) != size(&now) {
        return Some(format!("{:?} cells instead of {:?}", size(&now), size(&kept)));
    }
    let cells = kept.iter().flatten().zip(now.iter().flatten());
    let differing: Vec<_> = cells.enumerate().filter(|(_, (a, b))| a.abs_diff(**b) > SHADE).map(|(at, _)| at).collect();
    let (across, down) = size(&kept);
    #[allow(clippy::cast_precision_loss)]
    let share = 100.0 * differing.len() as f64 / (across * down) as f64;
    let rows: Vec<_> = differing.iter().map(|at| at / across * CELL).collect();
    (share > OUTLIERS).then(|| {
        format!(
            "{share:.1} % of it differ, between {:?} and {:?} pixels from the top",
            rows.iter().min().unwrap_or(&0),
            rows.iter().max().unwrap_or(&0)
        )
    })
}

#[test]
fn a_grid_may_differ_a_little() {
    let grid = format!("{}\n", "z".repeat(50)).repeat(20);
    assert_eq!(difference(&grid, &grid.replace("zzzz", "yxzz")), None, "shades");
    assert_eq!(difference(&grid, &grid.replacen('z', "0", 1)), None, "a cell");
    assert!(difference(&grid, &grid.replacen("zz", "00", 1)).is_some());
    assert!(difference(&grid, "zzzzz\n").is_some_and(|words| words.contains("cells instead of")));
}
