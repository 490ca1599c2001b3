//! Parameters that many hooks share, and reasons.

use super::Parameters;

pub(super) const SECRET: &str = "passwords do not leave the server";
pub(super) const NO_SWITCH: &str = "clients have no such switch";
pub(super) const NO_LISTS: &str = "there are no marketing lists";
pub(super) const NO_GROUPS: &str = "clients are not grouped";
pub(super) const NO_QUESTION: &str = "logins have no security questions";
pub(super) const CODES: &str = "currencies have codes, not numbers";
pub(super) const NO_METHOD: &str = "orders and invoices are not tied to a payment method";
pub(super) const BROWSER: &str = "assets have addresses of their own; no script runs in pages";
pub(super) const NO_TOKEN: &str = "cross-site requests are refused by their origin: no token is needed";
pub(super) const ONE_THEME: &str = "there is one theme, and its texts are compiled";
pub(super) const NO_TITLE: &str = "the title is not known before the page is drawn";
pub(super) const SEPARATE: &str = "a query of its own brings it";

/// `params` of a module.
pub(super) const MODULE: Parameters = Parameters {
    gives: &[
        ("params.serviceid", "service_id"),
        ("params.userid", "client_id"),
        ("params.pid", "product_id"),
        ("params.domain", "label"),
    ],
    lacks: &[],
};

/// `params` of a registrar.
pub(super) const DOMAIN: Parameters = Parameters {
    gives: &[
        ("params.domainid", "domain_id"),
        ("params.userid", "client_id"),
        ("params.sld", "name|sld"),
        ("params.tld", "name|tld"),
    ],
    lacks: &[],
};
pub(super) const YEARS: Parameters = Parameters { gives: &[("params.regperiod", "years")], lacks: &[] };
pub(super) const REGISTRAR: Parameters = Parameters { gives: &[("params.registrar", "registrar")], lacks: &[] };

/// What a registrar's function answered, where only success is told.
pub(super) const WORKED: Parameters = Parameters {
    gives: &[("functionExists", "=true"), ("functionSuccessful", "=true")],
    lacks: &[("the vendor's own answer stays with its plugin", &["results"])],
};
/// What a registrar's function answered.
pub(super) const ANSWERED: Parameters = Parameters {
    gives: &[
        ("functionExists", "=true"),
        ("functionSuccessful", "succeeded"),
        ("results.success", "succeeded"),
        ("results.error", "error"),
    ],
    lacks: &[],
};

/// The four parameters of most add-on hooks.
pub(super) const ADDON: Parameters = Parameters {
    gives: &[("id", "addon_id"), ("userid", "client_id"), ("serviceid", "service_id"), ("addonid", "product_addon_id")],
    lacks: &[],
};

/// Name and address.
pub(super) const DETAILS: Parameters = Parameters {
    gives: &[
        ("firstname", "details.first_name"),
        ("lastname", "details.last_name"),
        ("companyname", "details.company"),
        ("email", "details.email"),
        ("address1", "details.address1"),
        ("address2", "details.address2"),
        ("city", "details.city"),
        ("state", "details.region"),
        ("postcode", "details.postcode"),
        ("country", "details.country"),
        ("phonenumber", "details.phone"),
        ("taxexempt", "details.tax_exempt"),
    ],
    lacks: &[
        ("notes of staff stay in the panel", &["notes"]),
        (NO_SWITCH, &["latefeeoveride", "overideduenotices", "separateinvoices", "disableautocc", "overrideautoclose"]),
        (NO_LISTS, &["emailoptout", "marketing_emails_opt_in"]),
        (NO_GROUPS, &["groupid"]),
    ],
};

/// Of a contact.
pub(super) const CONTACT: Parameters = Parameters {
    gives: &[
        ("userid", "client_id"),
        ("contactid", "contact_id"),
        ("firstname", "name"),
        ("email", "email"),
        ("phonenumber", "phone"),
        ("invoiceemails", "gets_invoices"),
        ("supportemails", "gets_support"),
    ],
    lacks: &[
        ("a contact has one name: it is in firstname", &["lastname", "companyname"]),
        (
            "contacts have no postal address",
            &["address1", "address2", "city", "state", "postcode", "country", "tax_id"],
        ),
        (
            "contacts get invoices, support, or both",
            &["generalemails", "productemails", "domainemails", "affiliateemails"],
        ),
    ],
};

/// Template variables of a portal page.
pub(super) const PORTAL: Parameters = Parameters {
    gives: &[
        ("companyname", "company"),
        ("systemurl", "base_url"),
        ("charset", "=utf-8"),
        ("filename", "page"),
        ("language", "language"),
        ("todaysdate", "today"),
        ("date_day", "today|day"),
        ("date_month", "today|month"),
        ("date_year", "today|year"),
        ("servedOverSsl", "secure"),
    ],
    lacks: &[
        (NO_TITLE, &["pagetitle"]),
        (ONE_THEME, &["template", "LANG", "logo"]),
        (BROWSER, &["WEB_ROOT", "BASE_PATH_CSS", "BASE_PATH_JS", "BASE_PATH_FONTS", "BASE_PATH_IMG"]),
        (NO_TOKEN, &["token"]),
    ],
};

/// Template variables of a page of the panel.
pub(super) const PANEL: Parameters = Parameters {
    gives: &[
        ("charset", "=utf-8"),
        ("adminid", "staff_id"),
        ("admin_username", "email"),
        ("admin_perms", "permissions"),
        ("filename", "page"),
    ],
    lacks: &[
        (NO_TITLE, &["pagetitle"]),
        (ONE_THEME, &["template", "pagetemplate", "sidebar", "minsidebar", "datepickerformat", "helplink"]),
        (BROWSER, &["jquerycode", "jscode"]),
        ("staff have no notes", &["admin_notes"]),
        (SEPARATE, &["addon_modules", "adminsonline"]),
    ],
};
