//! Files as other programs write them get in as they are.

use macro_rules_attribute::apply;

use super::{Files, Said, customers as csv};
use crate::support::{TestApp, engines};

fn import(app: &TestApp, kind: &str, name: &str, flags: &[&str]) -> Said {
    Files::new().of_another_program(kind, name).import(&app.database, flags)
}

/// Customers with their addresses, in the order in which they came: `type|name|email|phone|crm_id|ref_id|street|postal code|city|state|country`.
fn stored(app: &TestApp) -> Vec<String> {
    texts(
        app,
        "SELECT c.kind || '|' || c.name || '|' || coalesce(o.email, c.email) || '|' || c.phone || '|' || c.crm_id || '|' || c.ref_id || '|' \
         || coalesce(a.street || '|' || a.postal_code || '|' || a.city || '|' || a.state || '|' || a.country, '||||') AS text \
         FROM customers c LEFT JOIN addresses a ON a.customer_id = c.id AND a.purpose = 'billing' LEFT JOIN contacts o ON o.customer_id = c.id AND o.own ORDER BY c.id",
    )
}

/// Contacts of companies: `company|first|middle|last|email|phone|ref_id`.
fn contacts(app: &TestApp) -> Vec<String> {
    texts(
        app,
        "SELECT c.name || '|' || p.first_name || '|' || p.middle_name || '|' || p.last_name || '|' || p.email || '|' || p.phone || '|' || p.ref_id AS text \
         FROM contacts p JOIN customers c ON c.id = p.customer_id WHERE NOT p.own ORDER BY p.id",
    )
}

fn texts(app: &TestApp, sql: &str) -> Vec<String> {
    app.sql().texts(sql).into_iter().flatten().collect()
}

#[apply(engines)]
fn companies_of_hubspot(app: TestApp) {
    let said = import(&app, "customers", "hubspot-companies", &[]).done().counted("customers", [3, 0, 0, 0, 0]);
    said.says("Phone Number, 1 row (the first on line 5): The word stands for nothing").says("Lifecycle Stage      (not imported)");
    assert_eq!(
        stored(&app),
        [
            "company|Kestrel Forge GmbH||+49 30 5550 1234|90017||Grüner Weg 16|10433|Berlin|Berlin|DE",
            "company|Tarn, Beck & Co.|||90018||4 High Street Floor 2|LS1 4AB|Leeds|West Yorkshire|GB",
            "company|Nordwall Energi AS|||90019|||0150|Oslo||NO",
        ]
    );
    import(&app, "customers", "hubspot-companies", &[]).done().counted("customers", [0, 0, 3, 0, 0]);
}

#[apply(engines)]
fn contacts_of_hubspot_find_their_companies(app: TestApp) {
    import(&app, "customers", "hubspot-companies", &[]).done();
    let said = import(&app, "contacts", "hubspot-contacts", &[]).failed("1 row is invalid");
    said.counted("contacts", [2, 0, 0, 0, 1]).says("line 4, Associated Company: The customer is missing");
    import(&app, "contacts", "hubspot-contacts", &["--skip-invalid"]).done();
    assert_eq!(
        contacts(&app),
        [
            "Kestrel Forge GmbH|Jana||Komhoff|jana@kestrelforge.example|030 5550 1235|501",
            "Tarn, Beck & Co.|Ruth||Ashworth|ruth@tarnbeck.example||502",
        ]
    );
    // As customers, they bring the third along as an individual.
    import(&app, "customers", "hubspot-contacts", &["--alike", "create"])
        .done()
        .counted("customers", [1, 0, 2, 0, 0])
        .counted("contacts", [0, 0, 2, 0, 0]);
    assert_eq!(stored(&app)[3..], ["individual|Olu Adeyemi|olu@freelance.example||503||||||NG"]);
}

#[apply(engines)]
fn a_name_that_several_have_is_asked_about(app: TestApp) {
    for _ in 0..2 {
        app.company("Kestrel Forge GmbH").create();
    }
    let said = import(&app, "contacts", "hubspot-contacts", &[]).failed("3 rows are invalid");
    said.says("line 2, Associated Company: There are several customers called Kestrel Forge GmbH: give the number")
        .says("line 3, Associated Company: There is no customer called Tarn, Beck & Co.: import it first");
    let flags = ["--owner", "kestrel forge gmbh=C-000002", "--skip-invalid"];
    import(&app, "contacts", "hubspot-contacts", &flags).done().counted("contacts", [1, 0, 0, 0, 2]);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM contacts WHERE customer_id = 2"), 1);
}

#[apply(engines)]
fn accounts_of_salesforce(app: TestApp) {
    let asked = import(&app, "customers", "salesforce-accounts", &[]).failed("Add --encoding windows-1252");
    asked.says("Müller & Söhne Verlag");
    assert_eq!(app.sql().count("customers"), 0);
    let said = import(&app, "customers", "salesforce-accounts", &["--encoding", "windows-1252"]).done();
    said.counted("customers", [2, 0, 0, 1, 0]).says("ISDELETED, 1 row (the first on line 4): The record was deleted");
    assert_eq!(
        stored(&app),
        [
            "company|Müller & Söhne Verlag||(0351) 555-0143|0015500000WxYzAAAV|CC-2210|Werkstraße 78a|01059|Dresden|Sachsen|DE",
            "company|Fonderie Novara S.p.A.|||0015500000WxYzBAAV||||Novara|NO|IT",
        ]
    );
    assert_eq!(texts(&app, "SELECT city || '|' || country AS text FROM addresses WHERE purpose = 'shipping'"), ["Milano|IT"]);
}

#[apply(engines)]
fn customers_of_stripe(app: TestApp) {
    import(&app, "customers", "stripe-customers", &["--set", "type=individual"]).failed("--status 'past_due=enabled'");
    let flags = ["--set", "type=individual", "--status", "past_due=enabled"];
    import(&app, "customers", "stripe-customers", &flags).failed("1 row is invalid").says("line 4, last_name: Last name is missing.");
    import(&app, "customers", "stripe-customers", &[&flags[..], &["--skip-invalid"]].concat()).done();
    assert_eq!(
        stored(&app),
        [
            "individual|Lumen Reports Ltd|billing@lumen.example||cus_Qx71aBcD||1 Dock Road|BS1 4QA|Bristol||GB",
            "individual|Zoé Garçon|zoe@garcon.example||cus_Qx71aBcE|||||| ".trim_end(),
        ]
    );
    assert_eq!(texts(&app, "SELECT enabled || '' AS text FROM customers WHERE crm_id = 'cus_Qx71aBcE'").len(), 1);
    assert_eq!(app.sql().number("SELECT count(*) AS number FROM customers WHERE NOT enabled"), 0);
}

#[apply(engines)]
fn accounts_of_espocrm_and_suitecrm(app: TestApp) {
    import(&app, "customers", "espocrm-accounts", &[]).done().counted("customers", [2, 0, 0, 0, 0]);
    import(&app, "customers", "suitecrm-accounts", &[]).done().counted("customers", [1, 0, 0, 0, 0]);
    assert_eq!(
        stored(&app),
        [
            "company|Žižková a synové|info@zizkova.example|+420 222 555 010|64d0f1c2a8b5e7c91||Dlouhá 7|110 00|Praha||CZ",
            "company|Bradenqua Bilişim A.Ş.|||64d0f1c2a8b5e7c92||||İzmir||TR",
            "company|Quilldenberg Lichttechnik GmbH & Co. KG|info@quill.example|030/5550-269|c0ffee00-1111-2222-3333-444455556666||Am Markt 1|53111|Bonn|NRW|DE",
        ]
    );
}

#[apply(engines)]
fn companies_and_people_in_one_file(app: TestApp) {
    import(&app, "customers", "outlook-contacts", &[]).done().counted("customers", [2, 0, 0, 0, 0]).counted("contacts", [1, 0, 0, 0, 0]);
    let said =
        import(&app, "customers", "google-contacts", &[]).done().counted("customers", [2, 0, 0, 0, 0]).counted("contacts", [1, 0, 0, 0, 0]);
    said.says("E-mail 1 - Value, 1 row (the first on line 2): The cell has several e-mails: the first is imported");
    import(&app, "customers", "shopify-customers", &[]).done().counted("customers", [2, 0, 0, 0, 0]).counted("contacts", [1, 0, 0, 0, 0]);
    import(&app, "customers", "shop-database", &[]).done().counted("customers", [3, 0, 0, 0, 0]).counted("contacts", [2, 0, 0, 0, 0]);
    assert_eq!(
        stored(&app),
        [
            "company|Müller & Söhne Verlag|||||Werkstraße 78a|01059|Dresden||DE",
            "individual|Luís Gonçalves|luis@goncalves.example|+55 12 5555 0100|||||||",
            "company|Åbon Mittaus Oy|||||||Turku||FI",
            "individual|渡辺陽一||03-5550-1234|||||||JP",
            "company|Souza Navegação, Lda.|||||Rua Nova 3|4000-001|Porto||PT",
            "individual|Pat O'Brien|pat.o'brien@mail.example||||||Cork||IE",
            "company|Embra Voo|||||Av. Norte, 2170|12227-000|São José|SP|BR",
            "individual|Leonie Krämer|leonie@kraemer.example|+49 0711 5550100|2||Theodor-Weg 34|70174|Stuttgart||DE",
            "company|Jet Brno s.r.o.||||||60200|Brno||CZ",
        ]
    );
    assert_eq!(
        contacts(&app),
        [
            "Müller & Söhne Verlag|Jürgen||Vogt|jurgen.vogt@muller.example|+49 (351) 5550143|",
            "Åbon Mittaus Oy|Aino||Kärki|aino@abonmittaus.example|+358 2 5550 100|",
            "Souza Navegação, Lda.|Ana||Souza|ana@souza.example|+351225550100|",
            "Embra Voo|Luís||Almeida|luis@embravoo.example|+55 (12) 5550-5555|1",
            "Jet Brno s.r.o.|František||Wichter|frantisek@jetbrno.example||3",
        ]
    );
    for (file, known) in [("outlook-contacts", [0, 0, 2, 0, 0]), ("shopify-customers", [0, 0, 2, 0, 0]), ("shop-database", [0, 0, 3, 0, 0])]
    {
        import(&app, "customers", file, &[]).done().counted("customers", known);
    }
}

/// Odoo has companies, their people and individuals in one list; who is no company has an empty cell.
#[apply(engines)]
fn contacts_of_odoo(app: TestApp) {
    let said = import(&app, "customers", "odoo-contacts", &[]).done();
    said.counted("customers", [4, 0, 3, 0, 0]).counted("contacts", [3, 0, 0, 0, 0]).says("Tags             (not imported)");
    assert_eq!(
        stored(&app),
        [
            "company|Cassel & Broussard SARL|contact@cassel.example|+33 4 55 55 01 20|__export__.res_partner_21_5a6e77c0|K-0021|9 rue des Tanneurs|69002|Lyon|Rhône (FR)|FR",
            "company|Gullmark Fjordteknik AS|post@gullmark.example|+47 55 55 01 10|__export__.res_partner_14_7d0c1f2a|K-0014|Strandveien 12 2. etasje|5003|Bergen||NO",
            "individual|Ingrid Falkenrath|ingrid@falkenrath.example|+49 3643 5550 141|__export__.res_partner_41_e5570cb9||Lindenhof 3|99423|Weimar|Thuringia (DE)|DE",
            "company|Prairie Signal Works Inc.||+1 402-555-0130|__export__.res_partner_30_9f81d24b||400 Elm Street Suite 9|68102|Omaha|Nebraska (US)|US",
        ]
    );
    assert_eq!(
        contacts(&app),
        [
            "Cassel & Broussard SARL|Élodie||Broussard|elodie@cassel.example|+33 4 55 55 01 21|__export__.res_partner_22_c2f4aa18",
            "Cassel & Broussard SARL|Marc||Cassel|marc@cassel.example|+33 6 55 55 01 22|__export__.res_partner_23_0bd35e61",
            "Gullmark Fjordteknik AS|Solveig||Aasen|solveig@gullmark.example|+47 955 50 111|__export__.res_partner_15_11be90d3",
        ]
    );
    let languages = "SELECT coalesce(o.language, c.language) AS text FROM customers c LEFT JOIN contacts o ON o.customer_id = c.id AND o.own ORDER BY c.id";
    assert_eq!(texts(&app, languages), ["fr", "nb", "de", "en"]);
    import(&app, "customers", "odoo-contacts", &[]).done().counted("customers", [0, 0, 7, 0, 0]).counted("contacts", [0, 0, 3, 0, 0]);
}

/// Only a column that is called just *Name* has the names of both.
#[apply(engines)]
fn a_company_is_never_called_like_its_contact(app: TestApp) {
    let file = "number,type,name,contact_name,email\nA,company,,Jana Hoffmann,jana@firm.example\n";
    csv(file).import(&app.database, &[]).failed("1 row is invalid").says("Name is missing.");
}

#[apply(engines)]
fn several_rows_of_one_company_are_one(app: TestApp) {
    let file = "Company,First Name,Last Name,Email,City\nAcme,Ann,Ash,ann@acme.example,York\nacme,Bo,Berg,bo@acme.example,Leeds\nAcme ,Cy,,,Hull\n";
    let said = csv(file).import(&app.database, &[]).done().counted("customers", [1, 0, 2, 0, 0]).counted("contacts", [2, 0, 0, 0, 0]);
    said.says("Company, 2 rows (the first on line 3): An earlier row is of the same customer")
        .says("First Name, 1 row (the first on line 4): The person has no e-mail");
    assert_eq!(contacts(&app), ["Acme|Ann||Ash|ann@acme.example||", "Acme|Bo||Berg|bo@acme.example||"]);
}

#[apply(engines)]
fn a_person_beside_a_company_is_never_dropped_in_silence(app: TestApp) {
    let file = "number,name,first_name,last_name,email\nA,Firm Ltd,Jana,Hoffmann,jana@firm.example\nB,Other Ltd,Bo,Berg,\n";
    let said = csv(file).import(&app.database, &[]).done().counted("customers", [2, 0, 0, 0, 0]).counted("contacts", [1, 0, 0, 0, 0]);
    said.says("first_name, 1 row (the first on line 3): The person has no e-mail");
    let file = "number,type,name,last_name\nC,individual,Firm Ltd,Hoffmann\n";
    csv(file).import(&app.database, &[]).done().says("name, 1 row (the first on line 2): Individuals have no such field");
}

#[apply(engines)]
fn a_spreadsheet_in_german(app: TestApp) {
    let said = import(&app, "customers", "excel-deutsch", &["--encoding", "windows-1252"]).done();
    said.counted("customers", [2, 0, 0, 0, 0]);
    assert_eq!(
        stored(&app),
        [
            "company|Prüfstände Müller e. K.|info@pruefstaende.example|0351 / 555 01-0|||Wörthstr. 5|01067|Dresden||DE",
            "individual|Käthe Müller|kaethe@mueller.example||||||Köln||AT",
        ]
    );
    let words = "SELECT number || '|' || language || '|' || fax || '|' || description || '|' || CASE WHEN enabled THEN 'enabled' ELSE 'disabled' END AS text \
                 FROM customers ORDER BY id";
    assert_eq!(texts(&app, words), ["1007|de|0351 / 555 01-99||enabled", "1008|||alt|disabled"]);
}

#[apply(engines)]
fn what_a_spreadsheet_rewrote(app: TestApp) {
    app.company("Tarn").create();
    import(&app, "entitlements", "rewritten-by-a-spreadsheet", &[]).done().counted("entitlements", [2, 0, 0, 0, 0]);
    let found = "SELECT quantity || '|' || starts_on || '|' || ends_on AS text FROM entitlements ORDER BY id";
    assert_eq!(texts(&app, found), ["25|2026-03-01|2027-03-31", "10|2026-03-01|2027-03-31"]);
}

#[apply(engines)]
fn the_column_decides_what_its_dates_mean(app: TestApp) {
    app.company("Tarn").create();
    let file = |dates: &[&str]| {
        let rows: Vec<String> = dates.iter().enumerate().map(|(n, date)| format!("E-{n},C-000001,Tarn,1,{date}\n")).collect();
        Files::new().with("entitlements", format!("eid,customer_number,product,quantity,start\n{}", rows.concat()))
    };
    file(&["03/04/2027"]).import(&app.database, &[]).failed("03/04/2027 could be two days: add --dates day-first or --dates month-first.");
    let starts = || texts(&app, "SELECT eid || ' ' || starts_on AS text FROM entitlements ORDER BY eid");
    file(&["03/04/2027", "13/04/2027"]).import(&app.database, &[]).done();
    assert_eq!(starts(), ["E-0 2027-04-03", "E-1 2027-04-13"]);
    file(&["03/04/2027", "04/13/2027"]).import(&app.database, &[]).done();
    assert_eq!(starts(), ["E-0 2027-03-04", "E-1 2027-04-13"]);
    file(&["13/04/2027", "04/13/2027", "03/04/2027"]).import(&app.database, &[]).failed("03/04/2027 could be two days");
    file(&["03/04/2027", "04/13/2027"])
        .import(&app.database, &["--dates", "day-first"])
        .failed("1 row is invalid")
        .says("line 3, start: 04/13/2027 is no date with the day first");
}

#[apply(engines)]
fn what_is_malformed_is_refused_before_anything_is_written(app: TestApp) {
    import(&app, "customers", "unclosed-quote", &[]).failed("line 2");
    assert_eq!(app.sql().count("customers"), 0);
    import(&app, "customers", "short-rows-and-blank-lines", &[]).done().counted("customers", [2, 0, 0, 0, 0]);
    assert_eq!(stored(&app), ["company|Short|||||||||", "company|Longer||1|||||||"]);
}

#[apply(engines)]
fn without_keys_customers_are_numbered(app: TestApp) {
    let said = import(&app, "customers", "no-keys", &[]).done().counted("customers", [2, 0, 0, 0, 0]);
    said.says("2 rows (the first on line 2): Nothing tells the customer from others: if this file is imported again, it is created again.");
    assert_eq!(texts(&app, "SELECT number AS text FROM customers ORDER BY id"), ["C-000001", "C-000002"]);
    let asked = import(&app, "customers", "no-keys", &[]).failed("add --alike skip, --alike update or --alike create");
    asked.says("line 2: Acme Robotics looks like a known customer (same name and city).");
    import(&app, "customers", "no-keys", &["--alike", "skip"]).done().counted("customers", [0, 0, 0, 2, 0]);
    import(&app, "customers", "no-keys", &["--alike", "update"]).done().counted("customers", [0, 0, 2, 0, 0]);
    import(&app, "customers", "no-keys", &["--alike", "create"]).done().counted("customers", [2, 0, 0, 0, 0]);
    assert_eq!(app.sql().count("customers"), 4);
}

#[apply(engines)]
fn customers_can_be_recognized_by_what_they_have(app: TestApp) {
    app.company("Acme").ref_id("R-7").create();
    let file = |row: &str| csv(&format!("Ref ID,Name,Email,Phone\n{row}\n"));
    file("r-7,Acme Ltd,a@acme.example,1").import(&app.database, &[]).done().counted("customers", [0, 1, 0, 0, 0]);
    file(",Acme Limited,A@acme.example,2").import(&app.database, &["--key", "email"]).done().counted("customers", [0, 1, 0, 0, 0]);
    file(",ACME limited,,3").import(&app.database, &["--key", "name"]).done().counted("customers", [0, 1, 0, 0, 0]);
    assert_eq!(stored(&app), ["company|ACME limited|A@acme.example|3||r-7|||||"]);
}

#[apply(engines)]
fn words_for_nothing_are_empty(app: TestApp) {
    let said = import(&app, "customers", "nothing-words", &[]).done().counted("customers", [2, 0, 0, 0, 0]);
    said.says("email, 2 rows (the first on line 2): The word stands for nothing")
        .says("phone, 1 row (the first on line 3): The cell has several e-mails");
    assert_eq!(stored(&app), ["company|Alpha|||1||||||", "company|Beta|a@beta.example||2||||||"]);
    import(&app, "customers", "nothing-words", &["--keep-words"])
        .failed("2 rows are invalid")
        .says("line 2, email: Enter an e-mail address");
}

#[apply(engines)]
fn empty_cells_leave_what_is_there(app: TestApp) {
    csv("number,name,email,description,billing_city\nA,Acme,a@acme.example,Old,York\n").import(&app.database, &[]).done();
    let empty = csv("number,name,email,description,billing_city\nA,,,,\n");
    empty.import(&app.database, &[]).done().counted("customers", [0, 0, 1, 0, 0]);
    let cleared = csv("number,name,email,description,billing_city\nA,Acme,,,\n");
    cleared.import(&app.database, &["--empty-clears"]).done().counted("customers", [0, 1, 0, 0, 0]);
    assert_eq!(stored(&app), ["company|Acme|||||||||"]);
}

#[apply(engines)]
fn columns_are_chosen_on_the_command_line(app: TestApp) {
    let file = csv("Client,Home,Kind\nAcme,Germany,x\n");
    file.import(&app.database, &[]).failed("names none of the columns");
    file.import(&app.database, &["--map", "Nobody=name"]).failed("has no column \"Nobody\"");
    file.import(&app.database, &["--map", "Client=title"]).failed("customers have no field title; the fields are: number, type");
    file.import(&app.database, &["--map", "Client=name,ref_id", "--map", "Home=billing_country", "--set", "type=company"]).done();
    assert_eq!(stored(&app), ["company|Acme||||Acme|||||DE"]);
}

#[apply(engines)]
fn decisions_are_kept_for_the_next_file(app: TestApp) {
    let file = |row: &str| csv(&format!("Client,Home\n{row}\n"));
    file("Acme,Germany")
        .import(&app.database, &["--map", "Client=name", "--map", "Home=billing_country", "--save-mapping", "The Fair"])
        .done();
    file("Bolt,Norway").import(&app.database, &["--mapping", "the fair"]).done().counted("customers", [1, 0, 0, 0, 0]);
    file("Cog,Norway").import(&app.database, &["--mapping", "another"]).failed("Nothing is kept under the name another.");
    assert_eq!(stored(&app), ["company|Acme|||||||||DE", "company|Bolt|||||||||NO"]);
}

#[apply(engines)]
fn names_of_countries_and_people_are_read_as_they_are_written(app: TestApp) {
    for (number, country) in
        [("Germany", "DE"), ("DEU", "DE"), ("USA", "US"), ("XK", "XK"), ("Kosovo", "XK"), ("Österreich", "AT")].iter().enumerate()
    {
        csv(&format!("number,name,billing_country\nN-{number},X,{}\n", country.0)).import(&app.database, &[]).done();
        assert_eq!(
            texts(
                &app,
                &format!(
                    "SELECT country AS text FROM addresses a JOIN customers c ON c.id = a.customer_id AND a.purpose = 'billing' WHERE c.number = 'N-{number}'"
                )
            ),
            [country.1]
        );
    }
}

#[apply(engines)]
fn what_a_spreadsheet_broke_is_said(app: TestApp) {
    let file = "number,name,ref_id,phone,billing_postal_code,billing_country\n\
        1.23E+05,MÃ¼ller,0042,0301234567,01067,DE\n2,B,42,301234567,1067,DE\n3,C,01.03.2026,0301234567,10433,DE\n";
    let said = csv(file).import(&app.database, &["--dry-run"]).done();
    said.says("number, 1 row (the first on line 2): A spreadsheet has rounded this number")
        .says("name, 1 row (the first on line 2): Letters are garbled")
        .says("ref_id, 1 row (the first on line 3): A zero in front may be missing")
        .says("phone, 1 row (the first on line 3): A zero in front may be missing")
        .says("billing_postal_code, 1 row (the first on line 3): A zero in front may be missing")
        .says("ref_id, 1 row (the first on line 4): This looks like a date");
}
