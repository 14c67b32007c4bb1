//! Words that belong to no region: the companies that show something, products, notes, syllables of coined names.

/// The place of the company with very many contacts.
pub(super) const CROWD: usize = 7;
/// The place of a company without a contact; a few others have none either.
pub(super) const ALONE: usize = 5;

/// Companies that show something: their place in the list, the region's country and the name. Pairs differ by accents only.
pub(super) const NAMED: &[(usize, &str, &str)] = &[
    (0, "DE", "Müller & Söhne Präzisionsteile"),
    (1, "DE", "Muller & Sohne Prazisionsteile"),
    (ALONE, "GB", "Quillmere Instruments Ltd"),
    (CROWD, "DE", "Nordwall Energienetze AG"),
    (11, "FR", "Café Zoé Éditions"),
    (12, "FR", "Cafe Zoe Editions"),
    (16, "FI", "Ångströmia Mittaus Oy"),
    (17, "FI", "Angstromia Mittaus Oy"),
    (21, "DE", LONG),
    (24, "DE", "Straßenbau Weißenhorn-Süd"),
    (25, "DE", "Strassenbau Weissenhorn-Sud"),
];

/// More than 200 characters, as some registers hold.
const LONG: &str = "Gemeinnützige Forschungs- und Entwicklungsgesellschaft für angewandte Schwingungsmeßtechnik, \
    Grubensicherheit und Erschütterungsüberwachung im Oberharzer Bergbaurevier mbH & Co. Beteiligungs- und \
    Verwaltungs-Kommanditgesellschaft";

/// Invented products.
pub(super) const PRODUCTS: &[&str] = &[
    "Tarn Modeler Professional",
    "Tarn Modeler Viewer",
    "Fjord Simulation Suite",
    "Fjord Solver, 8 cores",
    "Kestrel Scheduler",
    "Kestrel Scheduler Enterprise",
    "Osprey Data Gateway",
    "Lumen Report Designer",
    "Lumen Report Server",
    "Basalt Backup (per TB)",
    "Maintenance and Support, Gold",
    "Maintenance and Support, Silver",
    "Floating License Pack",
    "Developer Kit for C++ and Rust",
];

/// What people write into a description.
pub(super) const NOTES: &[&str] = &[
    "Invoices by e-mail only.",
    "Renews in the first quarter; ask before sending an offer.",
    "Air-gapped site: licences are delivered as files.",
    "Formerly two customers, merged last year.\nOld numbers are in the CRM.",
    "Calls in the mornings only.",
    "Purchase orders need the cost centre:\n\t4711 for the laboratory\n\t4720 for production",
];

/// Beginnings, middles and ends of names that no company is known to have.
#[rustfmt::skip]
pub(super) const SYLLABLES: [&[&str]; 3] = [
    &["Bra", "Vel", "Nord", "Quill", "Tar", "Zeph", "Lum", "Ost", "Kal", "Ryn", "Fen", "Möh", "Hal", "Cé", "Øl", "Ý"],
    &["ko", "mon", "wi", "mar", "ga", "ri", "den", "lo", "ve", "sta", "nu"],
    &["ra", "ta", "mere", "vik", "lis", "dorn", "xa", "nia", "berg", "thal", "són", "qua"],
];
