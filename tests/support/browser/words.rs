//! What scripts of the tests read a page by: the same words as `page.rs`.

/// Stands before each script.
pub(super) const WORDS: &str = r"
    const squeeze = text => text.replaceAll('’', String.fromCharCode(39)).split(/\s+/).filter(Boolean).join(' ');
    const words = element => squeeze(element.innerText ?? element.textContent);
    const label = element => {
        const own = element.getAttribute('aria-label');
        if (own) return squeeze(own);
        const copy = element.cloneNode(true);
        copy.querySelectorAll('kbd, svg, [aria-hidden=true]').forEach(part => part.remove());
        return squeeze(copy.textContent);
    };
    const ROWS = '#contacts tbody tr, #entitlements tbody tr, li[id^=row-]';
    const dialog = () => document.querySelector('dialog[open]');
    const control = (name, scope) => [...(scope === document && dialog() || scope).querySelectorAll('a[href], button:enabled, summary')]
        .filter(e => e.checkVisibility({ visibilityProperty: true }) && (scope !== document || !e.closest(ROWS) || e.closest('.editor')))
        .find(e => { const l = label(e), own = squeeze(e.innerText.replace(/\s+(Ctrl ⏎|Esc|\S)$/, '')); return l === name || (scope !== document && l.startsWith(name + ' ')) || own === name; });
    const shut = e => e.closest('tr .menu:not([open])');
    const rowControl = (name, row) => control(name, row)
        ?? [...row.querySelectorAll('.menu :is(a[href], button)')].find(e => shut(e) && label(e) === name) ?? null;
    const inView = selector => { const e = document.querySelector(selector), b = e?.getBoundingClientRect(); return !!b && b.top >= 0 && b.bottom <= innerHeight; };
    const paneRow = text => [...document.querySelectorAll(ROWS)].find(row => words(row).includes(text));
";
