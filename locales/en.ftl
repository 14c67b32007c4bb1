# What contacts read, in English. de.ftl has the same messages.

# A day: 27 November 2026.
date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }


## Mails

mail-greeting = Hello { $name },
mail-greeting-nobody = Hello,

mail-invitation-subject = Your access to the customer portal of { $vendor }
mail-invitation = { $vendor } invites you to its customer portal.
mail-invitation-purpose = There you see what { $company } has bought, and until when it can be used. To sign in you need a password, which you choose yourself.
mail-invitation-purpose-own = There you see what you have bought, and until when it can be used. To sign in you need a password, which you choose yourself.
mail-invitation-unexpected = If you did not expect this mail, ignore it: without the link nobody can choose a password.

mail-reset-subject = A new password for the customer portal of { $vendor }
mail-reset = Somebody asked for a new password for your access to the customer portal of { $vendor }.
mail-reset-unexpected = If that was not you, ignore this mail: your password stays as it is.

mail-changed-subject = Your new e-mail address for the customer portal of { $vendor }
mail-changed = From now on you sign in to the customer portal of { $vendor } with this e-mail address.
mail-changed-password = Your password stays the same. Wherever you were signed in, you are asked to sign in again.
mail-changed-unexpected = If you did not expect this mail, please tell { $vendor }.

# To the address that was used until now.
mail-former-subject = Your e-mail address for the customer portal of { $vendor } has changed
mail-former = Your access to the customer portal of { $vendor } has another e-mail address from now on. With this one you can no longer sign in.
mail-former-elsewhere = One of your accesses to the customer portal of { $vendor } has another e-mail address from now on. With this one you can still sign in for other customers.
mail-former-elsewhere-company = Your access for { $company } to the customer portal of { $vendor } has another e-mail address from now on. With this one you can still sign in for other customers.
mail-former-unexpected = If you did not expect this mail, please tell { $vendor } at once.

mail-choose-password = Choose a password
mail-choose-new-password = Choose a new password
mail-sign-in = Sign in
mail-link = Or copy this link into your browser:
mail-valid = The link works once, until { $date }, { $time } ({ $zone }).

mail-footer = { $vendor } sends this mail automatically.
mail-support = Help
mail-imprint = Imprint


## The portal
portal-access = How you sign in
portal-back = Back
portal-change-password = Change your password
portal-choose = Choose the customer
portal-choose-go-on = Go on with another customer?
portal-choose-lost = You can no longer sign in for { $customer }.
portal-code = Enter your code
portal-code-label = Code
portal-code-recovery = Enter a recovery code
portal-code-recovery-label = Recovery code
portal-code-recovery-what = One of the codes that you saved when you set up your second factor. Each works once.
portal-code-start-over = Start over
portal-code-too-late = That took too long. Sign in again.
portal-code-use-app = Use your app
portal-code-use-recovery = Use a recovery code
portal-code-what = Six digits from your authenticator app.
portal-code-wrong = This code is wrong, or has been used before.
portal-codes = Recovery codes
portal-codes-keep = Each lets you in once when you do not have your phone. Keep them where nobody else looks. They are shown only now.
portal-codes-left = { $codes ->
    [0] No recovery code is left.
    [1] 1 recovery code is left.
   *[other] { $codes } recovery codes are left.
}
portal-codes-new = Make new codes
portal-codes-saved = I have saved them
portal-codes-what = Each lets you in once, without your phone. New ones replace all of them.
portal-confirm = Enter your password
portal-confirm-continue = Continue
portal-confirm-what = What follows changes how you sign in, so we ask for your password once more.
portal-contact = Contact
portal-csv = Save as CSV
portal-details = Your details
portal-details-wrong = The phone number is too long, or the language unknown.
portal-eid = EID
portal-email = E-mail
portal-end = End
portal-ended = Ended
portal-ends-in = { $days ->
    [0] Ends today
    [1] Ends in 1 day
   *[other] Ends in { $days } days
}
portal-entitlements = Entitlements
portal-factor = Second factor
portal-factor-again = Set up again
portal-factor-again-what = Signing in asks for a code from your app. Set it up again for a new phone: the app of the old one stops working once the new one is confirmed.
portal-factor-code = Code that the app shows
portal-factor-code-wrong = This code is wrong. Enter the one that your app shows now.
portal-factor-key = If you cannot scan it, enter this key:
portal-factor-manage = Manage second factor
portal-factor-need-app = You need an authenticator app: any that makes six-digit codes does.
portal-factor-off = Off
portal-factor-off-question = Switch off your second factor?
portal-factor-off-what = From then on your password alone lets you in. Your recovery codes no longer work.
portal-factor-on = On
portal-factor-on-already = Your second factor is on already. If you have not saved your recovery codes, make new ones.
portal-factor-picture = QR code for your app
portal-factor-scan = Open an authenticator app on your phone, add an account, and scan this code.
portal-factor-set-up = Set up second factor
portal-factor-switch-off = Switch off
portal-factor-too-late = That took too long. Start again.
portal-factor-turn-on = Switch on
portal-factor-why = With a second factor, a stolen password alone lets nobody in: signing in also asks for a code from an app on your phone.
portal-failed = This did not work
portal-find = Search
portal-forgot = Forgot your password?
portal-forgot-asked = Look into your mailbox
portal-forgot-mail = If this address can sign in, a mail with a link is on its way.
portal-forgot-send = Send me a link
portal-forgot-what = We send you a link by which you choose a new one.
portal-forgot-write = Write to { $support }: you get a link by which you choose a new one.
portal-imprint = Imprint
portal-language = Language
portal-language-browser = Same as my browser
portal-language-de = Deutsch
portal-language-en = English
portal-link-ask = Ask whoever invited you for a new link.
portal-link-unknown = This link does not work
portal-link-used = This link has been used
portal-menu = Menu
portal-more = More
portal-name = Name
portal-new-password = New password
portal-no-end = No end
portal-none = There are none.
portal-none-found = Nothing was found.
portal-not-started = Not yet started
portal-password = Password
portal-password-again = New password once more
portal-password-rule = At least 8 characters that are hard to guess.
portal-password-set = Your password is set
portal-password-signs-out = You are signed out everywhere else.
portal-password-weak = Choose at least 8 characters that are hard to guess.
portal-password-wrong = The present password is wrong.
portal-passwords-differ = The two passwords are not the same.
portal-phone = Phone
portal-present-password = Present password
portal-product = Product
portal-quantity = Quantity
portal-running = Running
portal-save = Save
portal-saved = Saved.
portal-search = Product or EID
portal-set-password = Set your password
portal-sign-in = Sign in
portal-sign-in-now = Sign in with it now.
portal-sign-out = Sign out
portal-start = Start
portal-state = Status
portal-support = Help
portal-switch = Switch customer
portal-too-many-tries = Too many tries. Try again in a quarter of an hour.
portal-try-again = Try again in a moment.
portal-wrong = The e-mail or the password is wrong.
