//! What a test arranges around the page: answers that are held back, keys as other keyboards send them.

use serde_json::json;

use super::session::Browser;

/// A key as a keyboard of some layout sends it.
#[derive(Default)]
pub struct Key {
    /// The character it produces.
    pub character: &'static str,
    /// Its place on the keyboard.
    pub code: &'static str,
    /// Held together with it: bits of [`ALT`], [`CTRL`], [`META`], [`SHIFT`].
    pub with: u8,
    /// It is held down and repeats.
    pub repeats: bool,
    /// Its number in the old way of counting; 229 is an input method at work.
    pub number: u16,
}

pub const ALT: u8 = 1;
pub const CTRL: u8 = 2;
pub const META: u8 = 4;
pub const SHIFT: u8 = 8;

/// Wraps `fetch` once: notes what is asked for, and holds back answers whose request matches.
const WRAP: &str = "
    if (!window.asked) {
        Object.assign(window, { asked: [], holds: [], held: [], answers: window.fetch });
        window.fetch = async (url, init = {}) => {
            const to = new URL(url, location.href), request = `${init.method ?? 'GET'} ${to.pathname}${to.search}`;
            window.asked.push(request);
            const answer = await window.answers(url, init);
            if (window.holds.some(hold => new RegExp(hold).test(request)))
                await new Promise((go, stop) => {
                    window.held.push({ request, go });
                    init.signal?.addEventListener('abort', () => stop(init.signal.reason));
                });
            return answer;
        };
    }";

impl Browser {
    /// Notes from now on, until a whole page is loaded, what scripts ask for.
    pub async fn listen(&self) {
        self.script(WRAP, &[]).await;
    }

    /// Holds back the answers to requests (`GET /customers/7`) that match, as a slow line would.
    pub async fn hold(&self, pattern: &str) {
        self.script(&format!("{WRAP} window.holds.push(arguments[0])"), &[json!(pattern)]).await;
    }

    /// Lets the answers through that were held back, and all that come later.
    pub async fn release(&self, pattern: &str) {
        let script = "window.holds = window.holds.filter(h => h !== arguments[0]);
            window.held.filter(h => new RegExp(arguments[0]).test(h.request)).forEach(h => h.go())";
        self.script(script, &[json!(pattern)]).await;
    }

    /// Waits until scripts have asked for this.
    pub async fn has_asked(&self, pattern: &str) {
        let script = "return window.asked.some(a => new RegExp(arguments[0]).test(a))";
        self.until(&format!("a request {pattern}"), script, &[json!(pattern)]).await;
    }

    /// What scripts have asked for since [`Browser::listen`].
    pub async fn asked(&self) -> Vec<String> {
        serde_json::from_value(self.script("return window.asked", &[]).await).expect("requests")
    }

    /// Presses and releases a key of another keyboard.
    pub async fn strike(&self, key: Key) {
        let number = if key.number > 0 { key.number } else { u16::from(key.code.bytes().last().unwrap_or_default()) };
        let event = |kind: &str| json!({ "type": kind, "key": key.character, "code": key.code, "modifiers": key.with, "autoRepeat": key.repeats && kind == "rawKeyDown", "windowsVirtualKeyCode": number });
        self.cdp("Input.dispatchKeyEvent", event("rawKeyDown")).await;
        self.cdp("Input.dispatchKeyEvent", event("keyUp")).await;
    }

    /// Gives the page the time for what it must not do: its delays are 150 ms at most.
    pub async fn a_moment_passes(&self) {
        let wait = "const done = arguments[0]; setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))), 250)";
        self.execute_async(wait, vec![]).await.expect("a moment");
    }
}
