//! The tables, in types that both engines share. Written by hand: what the migrations make, no more.
//!
//! Times are `Timestamp` in UTC on both engines ; keys for ordering are bytes.

diesel::table! {
    customers (id) {
        id -> BigInt,
        number -> Text,
        number_key -> Text,
        kind -> Text,
        enabled -> Bool,
        name -> Text,
        sort_key -> Binary,
        email -> Text,
        language -> Text,
        phone -> Text,
        fax -> Text,
        crm_id -> Text,
        crm_key -> Nullable<Text>,
        ref_id -> Text,
        ref_key -> Text,
        ref_sort -> Binary,
        description -> Text,
        version -> Integer,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        batch_id -> Nullable<BigInt>,
        last_sort -> Binary,
        number_near -> Text,
        crm_near -> Nullable<Text>,
    }
}

diesel::table! {
    addresses (customer_id, purpose) {
        customer_id -> BigInt,
        purpose -> Text,
        street -> Text,
        city -> Text,
        state -> Text,
        postal_code -> Text,
        country -> Text,
    }
}

diesel::table! {
    contacts (id) {
        id -> BigInt,
        customer_id -> BigInt,
        own -> Bool,
        enabled -> Bool,
        is_default -> Bool,
        first_name -> Text,
        middle_name -> Text,
        last_name -> Text,
        sort_key -> Binary,
        email -> Text,
        email_key -> Nullable<Text>,
        language -> Text,
        phone -> Text,
        ref_id -> Text,
        version -> Integer,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        batch_id -> Nullable<BigInt>,
        reach -> Text,
    }
}

diesel::table! {
    entitlements (id) {
        id -> BigInt,
        eid -> Text,
        customer_id -> BigInt,
        contact_id -> Nullable<BigInt>,
        product -> Text,
        quantity -> Integer,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        ended_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        batch_id -> Nullable<BigInt>,
        version -> Integer,
        renews_id -> Nullable<BigInt>,
        over_from -> Date,
        product_sort -> Binary,
        stage -> Integer,
    }
}

diesel::table! {
    products (name) {
        name -> Text,
        entitlements -> BigInt,
    }
}

diesel::table! {
    batches (id) {
        id -> BigInt,
        kind -> Text,
        actor_kind -> Text,
        actor_name -> Text,
        at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        undoes -> Nullable<BigInt>,
    }
}

diesel::table! {
    events (id) {
        id -> BigInt,
        at -> Timestamp,
        actor_kind -> Text,
        actor_name -> Text,
        task -> Text,
        customer_id -> Nullable<BigInt>,
        subject_kind -> Text,
        subject_id -> BigInt,
        subject_name -> Text,
        changes -> Text,
        record -> Text,
        reason -> Text,
        batch_id -> Nullable<BigInt>,
        undoes -> Nullable<BigInt>,
        actor_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        name -> Text,
        email -> Text,
        email_key -> Text,
        role -> Text,
        enabled -> Bool,
        password -> Nullable<Text>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        seen_at -> Nullable<Timestamp>,
        version -> Integer,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
        seen_at -> Timestamp,
        confirmed_at -> Timestamp,
        address -> Text,
        browser -> Text,
        contact_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    attempts (bucket) {
        bucket -> Text,
        tries -> Integer,
        since -> Timestamp,
    }
}

diesel::table! {
    known_browsers (token_hash, account_id) {
        token_hash -> Text,
        account_id -> BigInt,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    pending_sign_ins (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
    }
}

diesel::table! {
    second_factors (account_id) {
        account_id -> BigInt,
        secret -> Nullable<Text>,
        last_step -> BigInt,
        candidate -> Nullable<Text>,
        candidate_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    recovery_codes (account_id, code_hash) {
        account_id -> BigInt,
        code_hash -> Text,
    }
}

diesel::table! {
    search_texts (customer_id) {
        customer_id -> BigInt,
        sort_key -> Binary,
        enabled -> Bool,
        kind -> Text,
        created_at -> Timestamp,
        text -> Text,
        hidden -> Text,
    }
}

diesel::table! {
    search_dirty (customer_id) {
        customer_id -> BigInt,
        revision -> BigInt,
    }
}

diesel::table! {
    search_parts (part) {
        part -> BigInt,
        sort_key -> Binary,
        customer_id -> BigInt,
        size -> BigInt,
    }
}

diesel::table! {
    search_part_sequence (id) {
        id -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    search_slots (id) {
        id -> BigInt,
        sort_key -> Binary,
        customer_id -> BigInt,
        customers -> Binary,
    }
}

diesel::table! {
    search_grams (id) {
        id -> BigInt,
        slots -> Binary,
    }
}

diesel::table! {
    customer_counts (id) {
        id -> BigInt,
        enabled -> Bool,
        kind -> Text,
        customers -> BigInt,
    }
}

diesel::table! {
    listing_behind (customer_id) {
        customer_id -> BigInt,
    }
}

diesel::table! {
    deferred_indexes (name) {
        name -> Text,
        definition -> Text,
    }
}

diesel::table! {
    search_state (id) {
        id -> Integer,
        form -> Integer,
    }
}

diesel::table! {
    key_state (id) {
        id -> Integer,
        form -> Integer,
        customers -> BigInt,
        contacts -> BigInt,
        entitlements -> BigInt,
    }
}

diesel::table! {
    number_sequence (id) {
        id -> Integer,
        last -> BigInt,
    }
}

diesel::table! {
    form_tokens (token) {
        token -> Text,
        location -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    form_saves (token, version) {
        token -> Text,
        version -> Integer,
        saved_at -> Timestamp,
    }
}

diesel::table! {
    editing (token) {
        token -> Text,
        subject_kind -> Text,
        subject_id -> BigInt,
        actor_kind -> Text,
        actor_id -> Nullable<BigInt>,
        actor_name -> Text,
        since -> Timestamp,
        until -> Timestamp,
    }
}

diesel::table! {
    flashes (token) {
        token -> Text,
        text -> Text,
        effect -> Text,
        customer_id -> BigInt,
        created_at -> Timestamp,
        event_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    batch_undos (batch_id) {
        batch_id -> BigInt,
        undo_id -> BigInt,
        state -> Text,
        trouble -> Text,
        reason -> Text,
        step -> Text,
        position -> BigInt,
        total -> Nullable<BigInt>,
        restored -> BigInt,
        skipped -> BigInt,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    batch_undo_skips (batch_id, position) {
        batch_id -> BigInt,
        position -> BigInt,
        customer_id -> BigInt,
        subject_kind -> Text,
        subject_name -> Text,
        reason -> Text,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        subject_id -> BigInt,
        state -> Text,
        attempts -> Integer,
        fence -> BigInt,
        worker -> Text,
        lease_until -> Timestamp,
        due_at -> Timestamp,
        actor_kind -> Text,
        actor_name -> Text,
        actor_role -> Text,
        trouble -> Text,
        checkpoint -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        actor_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    imports (id) {
        id -> BigInt,
        origin -> Text,
        state -> Text,
        mode -> Text,
        trouble -> Text,
        findings -> Text,
        bytes_read -> BigInt,
        rows_read -> BigInt,
        rows_total -> BigInt,
        measured_at -> Timestamp,
        rows_before -> BigInt,
        approved -> Bool,
        has_parts -> Bool,
        batch_id -> Nullable<BigInt>,
        actor_kind -> Text,
        actor_name -> Text,
        actor_role -> Text,
        created_at -> Timestamp,
        started_at -> Timestamp,
        changed_at -> Timestamp,
        actor_id -> Nullable<BigInt>,
        options -> Text,
    }
}

diesel::table! {
    import_files (import_id, subject) {
        import_id -> BigInt,
        subject -> Text,
        name -> Text,
        length -> BigInt,
        fingerprint -> Text,
        position -> BigInt,
        created -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        skipped -> BigInt,
        invalid -> BigInt,
        derived -> Bool,
    }
}

diesel::table! {
    import_rows (import_id, place) {
        import_id -> BigInt,
        place -> Integer,
        outcome -> Text,
        subject -> Text,
        line -> BigInt,
        about -> Text,
        details -> Text,
    }
}

diesel::table! {
    import_mappings (id) {
        id -> BigInt,
        subject -> Text,
        name -> Text,
        name_key -> Text,
        signature -> Text,
        options -> Text,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    import_parts (import_id, subject, part) {
        import_id -> BigInt,
        subject -> Text,
        part -> Integer,
        bytes -> Binary,
    }
}

diesel::table! {
    password_links (token_hash) {
        token_hash -> Text,
        account_id -> BigInt,
        created_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
        valid_until -> Timestamp,
        mail_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    accounts (id) {
        id -> BigInt,
        kind -> Text,
    }
}

diesel::table! {
    identities (id) {
        id -> BigInt,
        email_key -> Text,
        password -> Nullable<Text>,
        invited_at -> Nullable<Timestamp>,
        invited_until -> Nullable<Timestamp>,
        created_at -> Timestamp,
        changed_at -> Timestamp,
        seen_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    mails (id) {
        id -> BigInt,
        kind -> Text,
        account_id -> Nullable<BigInt>,
        contact_id -> Nullable<BigInt>,
        recipient -> Text,
        details -> Text,
        message_id -> Text,
        state -> Text,
        attempts -> Integer,
        due_at -> Timestamp,
        attempted_at -> Nullable<Timestamp>,
        answer -> Text,
        created_at -> Timestamp,
        changed_at -> Timestamp,
    }
}

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    logos (id) {
        id -> BigInt,
        media_type -> Text,
        bytes -> Binary,
        digest -> Text,
    }
}

diesel::joinable!(search_texts -> customers (customer_id));
diesel::joinable!(search_dirty -> customers (customer_id));
diesel::joinable!(addresses -> customers (customer_id));
diesel::joinable!(contacts -> customers (customer_id));
diesel::joinable!(entitlements -> customers (customer_id));
diesel::joinable!(entitlements -> contacts (contact_id));
diesel::joinable!(identities -> accounts (id));
diesel::allow_tables_to_appear_in_same_query!(customers, addresses, contacts, entitlements, search_texts, search_dirty);
diesel::allow_tables_to_appear_in_same_query!(sessions, password_links, users, identities, accounts);
diesel::allow_tables_to_appear_in_same_query!(customers, identities);
diesel::allow_tables_to_appear_in_same_query!(contacts, identities);
diesel::allow_tables_to_appear_in_same_query!(contacts, sessions);
