# Was Kontakte lesen, auf Deutsch. en.ftl hat dieselben Texte.

# Ein Tag: 27. November 2026.
date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }


## E-Mails

mail-greeting = Guten Tag { $name },
mail-greeting-nobody = Guten Tag,

mail-invitation-subject = Ihr Zugang zum Kundenportal von { $vendor }
mail-invitation = { $vendor } lädt Sie in das Kundenportal ein.
mail-invitation-purpose = Dort sehen Sie, was { $company } gekauft hat und bis wann es genutzt werden kann. Zum Anmelden brauchen Sie ein Passwort, das Sie selbst wählen.
mail-invitation-purpose-own = Dort sehen Sie, was Sie gekauft haben und bis wann es genutzt werden kann. Zum Anmelden brauchen Sie ein Passwort, das Sie selbst wählen.
mail-invitation-unexpected = Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie: Ohne den Link kann niemand ein Passwort wählen.

mail-reset-subject = Ein neues Passwort für das Kundenportal von { $vendor }
mail-reset = Jemand hat ein neues Passwort für Ihren Zugang zum Kundenportal von { $vendor } angefordert.
mail-reset-unexpected = Wenn Sie das nicht waren, ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.

mail-changed-subject = Ihre neue E-Mail-Adresse für das Kundenportal von { $vendor }
mail-changed = Von jetzt an melden Sie sich im Kundenportal von { $vendor } mit dieser E-Mail-Adresse an.
mail-changed-password = Ihr Passwort bleibt dasselbe. Wo Sie angemeldet waren, müssen Sie sich neu anmelden.
mail-changed-unexpected = Wenn Sie diese E-Mail nicht erwartet haben, sagen Sie bitte { $vendor } Bescheid.

# An die bisherige Adresse.
mail-former-subject = Ihre E-Mail-Adresse für das Kundenportal von { $vendor } wurde geändert
mail-former = Ihr Zugang zum Kundenportal von { $vendor } hat von jetzt an eine andere E-Mail-Adresse. Mit dieser können Sie sich nicht mehr anmelden.
mail-former-elsewhere = Einer Ihrer Zugänge zum Kundenportal von { $vendor } hat von jetzt an eine andere E-Mail-Adresse. Mit dieser hier können Sie sich weiterhin für andere Kunden anmelden.
mail-former-elsewhere-company = Ihr Zugang für { $company } zum Kundenportal von { $vendor } hat von jetzt an eine andere E-Mail-Adresse. Mit dieser hier können Sie sich weiterhin für andere Kunden anmelden.
mail-former-unexpected = Wenn Sie diese E-Mail nicht erwartet haben, sagen Sie { $vendor } bitte sofort Bescheid.

mail-choose-password = Passwort wählen
mail-choose-new-password = Neues Passwort wählen
mail-sign-in = Anmelden
mail-link = Oder kopieren Sie diesen Link in Ihren Browser:
mail-valid = Der Link funktioniert einmal, bis { $date }, { $time } Uhr ({ $zone }).

mail-footer = Diese E-Mail wurde von { $vendor } automatisch verschickt.
mail-support = Hilfe
mail-imprint = Impressum


## Das Portal
portal-access = So melden Sie sich an
portal-back = Zurück
portal-change-password = Passwort ändern
portal-choose = Kunden wählen
portal-choose-go-on = Mit einem anderen Kunden weitermachen?
portal-choose-lost = Sie können sich für { $customer } nicht mehr anmelden.
portal-code = Code eingeben
portal-code-label = Code
portal-code-recovery = Wiederherstellungscode eingeben
portal-code-recovery-label = Wiederherstellungscode
portal-code-recovery-what = Einer der Codes, die Sie beim Einrichten des zweiten Faktors gespeichert haben. Jeder gilt einmal.
portal-code-start-over = Von vorn beginnen
portal-code-too-late = Das hat zu lange gedauert. Melden Sie sich noch einmal an.
portal-code-use-app = App verwenden
portal-code-use-recovery = Wiederherstellungscode verwenden
portal-code-what = Sechs Ziffern aus Ihrer Authenticator-App.
portal-code-wrong = Dieser Code ist falsch oder wurde schon benutzt.
portal-codes = Wiederherstellungscodes
portal-codes-keep = Mit jedem kommen Sie einmal hinein, wenn Sie Ihr Telefon nicht bei sich haben. Bewahren Sie sie auf, wo niemand sonst nachsieht. Sie werden nur jetzt gezeigt.
portal-codes-left = { $codes ->
    [0] Kein Wiederherstellungscode ist übrig.
    [1] 1 Wiederherstellungscode ist übrig.
   *[other] { $codes } Wiederherstellungscodes sind übrig.
}
portal-codes-new = Neue Codes erzeugen
portal-codes-saved = Ich habe sie gespeichert
portal-codes-what = Mit jedem kommen Sie einmal ohne Ihr Telefon hinein. Neue ersetzen sie alle.
portal-confirm = Passwort eingeben
portal-confirm-continue = Weiter
portal-confirm-what = Das Folgende ändert, wie Sie sich anmelden. Darum fragen wir noch einmal nach Ihrem Passwort.
portal-contact = Kontakt
portal-csv = Als CSV speichern
portal-details = Ihre Angaben
portal-details-wrong = Die Telefonnummer ist zu lang oder die Sprache unbekannt.
portal-eid = EID
portal-email = E-Mail
portal-end = Ende
portal-ended = Beendet
portal-ends-in = { $days ->
    [0] Endet heute
    [1] Endet in 1 Tag
   *[other] Endet in { $days } Tagen
}
portal-entitlements = Berechtigungen
portal-factor = Zweiter Faktor
portal-factor-again = Neu einrichten
portal-factor-again-what = Beim Anmelden wird nach einem Code aus Ihrer App gefragt. Für ein neues Telefon richten Sie ihn neu ein: Die App des alten gilt nicht mehr, sobald das neue bestätigt ist.
portal-factor-code = Code, den die App anzeigt
portal-factor-code-wrong = Dieser Code ist falsch. Geben Sie den ein, den Ihre App jetzt anzeigt.
portal-factor-key = Wenn Sie ihn nicht scannen können, geben Sie diesen Schlüssel ein:
portal-factor-manage = Zweiten Faktor verwalten
portal-factor-need-app = Sie brauchen eine Authenticator-App: Jede, die sechsstellige Codes erzeugt, ist geeignet.
portal-factor-off = Aus
portal-factor-off-question = Zweiten Faktor ausschalten?
portal-factor-off-what = Von da an genügt Ihr Passwort zum Anmelden. Ihre Wiederherstellungscodes gelten nicht mehr.
portal-factor-on = Ein
portal-factor-on-already = Ihr zweiter Faktor ist schon eingeschaltet. Wenn Sie Ihre Wiederherstellungscodes nicht gespeichert haben, erzeugen Sie neue.
portal-factor-picture = QR-Code für Ihre App
portal-factor-scan = Öffnen Sie eine Authenticator-App auf Ihrem Telefon, fügen Sie ein Konto hinzu und scannen Sie diesen Code.
portal-factor-set-up = Zweiten Faktor einrichten
portal-factor-switch-off = Ausschalten
portal-factor-too-late = Das hat zu lange gedauert. Beginnen Sie von vorn.
portal-factor-turn-on = Einschalten
portal-factor-why = Mit einem zweiten Faktor genügt ein gestohlenes Passwort niemandem: Beim Anmelden wird auch nach einem Code aus einer App auf Ihrem Telefon gefragt.
portal-failed = Das hat nicht funktioniert
portal-find = Suchen
portal-forgot = Passwort vergessen?
portal-forgot-asked = Sehen Sie in Ihr Postfach
portal-forgot-mail = Wenn diese Adresse sich anmelden darf, ist eine E-Mail mit einem Link unterwegs.
portal-forgot-send = Link senden
portal-forgot-what = Wir senden Ihnen einen Link, mit dem Sie ein neues wählen.
portal-forgot-write = Schreiben Sie an { $support }: Sie erhalten einen Link, mit dem Sie ein neues wählen.
portal-imprint = Impressum
portal-language = Sprache
portal-language-browser = Wie mein Browser
portal-language-de = Deutsch
portal-language-en = English
portal-link-ask = Bitten Sie um einen neuen Link, wer Sie eingeladen hat.
portal-link-unknown = Dieser Link funktioniert nicht
portal-link-used = Dieser Link wurde schon benutzt
portal-menu = Menü
portal-more = Mehr
portal-name = Name
portal-new-password = Neues Passwort
portal-no-end = Ohne Ende
portal-none = Es gibt keine.
portal-none-found = Nichts gefunden.
portal-not-started = Noch nicht begonnen
portal-password = Passwort
portal-password-again = Neues Passwort noch einmal
portal-password-rule = Mindestens 8 Zeichen, die schwer zu erraten sind.
portal-password-set = Ihr Passwort ist gesetzt
portal-password-signs-out = Überall sonst werden Sie abgemeldet.
portal-password-weak = Wählen Sie mindestens 8 Zeichen, die schwer zu erraten sind.
portal-password-wrong = Das bisherige Passwort ist falsch.
portal-passwords-differ = Die beiden Passwörter sind nicht gleich.
portal-phone = Telefon
portal-present-password = Bisheriges Passwort
portal-product = Produkt
portal-quantity = Anzahl
portal-running = Läuft
portal-save = Speichern
portal-saved = Gespeichert.
portal-search = Produkt oder EID
portal-set-password = Passwort setzen
portal-sign-in = Anmelden
portal-sign-in-now = Melden Sie sich jetzt damit an.
portal-sign-out = Abmelden
portal-start = Beginn
portal-state = Status
portal-support = Hilfe
portal-switch = Kunden wechseln
portal-too-many-tries = Zu viele Versuche. Versuchen Sie es in einer Viertelstunde noch einmal.
portal-try-again = Versuchen Sie es gleich noch einmal.
portal-wrong = Die E-Mail oder das Passwort ist falsch.
