//! The extra fields of each extension, as the vendor's API and its newer plugins have them.

/// A field of the vendor.
#[derive(Debug)]
pub(super) struct Extra {
    /// The vendor's name.
    pub name: &'static str,
    /// What the order forms of older systems call it.
    pub labels: &'static [&'static str],
    pub kind: Kind,
    /// Label and help.
    pub english: (&'static str, &'static str),
    pub spanish: (&'static str, &'static str),
}

/// How it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Long,
    Date,
    Email,
    Web,
    Flag,
    Year,
    /// Value, English label, Spanish label.
    Choice(&'static [[&'static str; 3]]),
}

impl Kind {
    pub(super) fn choices(self) -> &'static [[&'static str; 3]] {
        if let Self::Choice(choices) = self { choices } else { &[] }
    }
}

/// When it must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    Always,
    /// With this answer to that field; it is not asked otherwise.
    With(&'static str, &'static str),
    Never,
}

use Need::{Always, Never, With};

type Row = (&'static Extra, Need);

macro_rules! extras {
    ($($id:ident = $name:literal, [$($label:literal),*], $kind:expr, $english:expr, $spanish:expr;)*) => {$(
        const $id: Extra =
            Extra { name: $name, labels: &[$($label),*], kind: $kind, english: $english, spanish: $spanish };
    )*
    /// All of them.
    #[cfg(test)]
    pub(super) static ALL: &[&Extra] = &[$(&$id),*];
    };
}

extras! {
    AERO_ID = "aeroId", ["Aero ID"], Kind::Text,
        ("Aero ID", "Your membership id at the .aero registry."),
        ("Aero ID", "Su identificador de miembro en el registro .aero.");
    AERO_PASS = "aeroPass", ["Aero Password", "Aero Pass"], Kind::Text,
        ("Aero password", "The password of your membership at the .aero registry."),
        ("Contraseña Aero", "La contraseña de su alta en el registro .aero.");
    INTENDED_USE = "domainIntendedUse", ["Intended Use"], Kind::Long,
        ("Intended use", "What the domain will be used for; the registry reads it."),
        ("Uso previsto", "Para qué se usará el dominio; lo lee el registro.");
    FR_TRADE_MARK = "frTradeMark", ["Trade Mark"], Kind::Text,
        ("Trade mark", "Number of a trade mark, for owners that prove their right with one."),
        ("Marca", "Número de una marca, si el titular acredita con ella su derecho.");
    FR_SIREN = "frSirenNumber", ["SIREN Number"], Kind::Text,
        ("SIREN number", "Of a French organisation."),
        ("Número SIREN", "De una organización francesa.");
    BIRTH = "ownerDateOfBirth", ["Date of Birth"], Kind::Date,
        ("Owner's date of birth", ""),
        ("Fecha de nacimiento del titular", "");
    JOBS_MEMBER = "jobsOwnerIsAssocMember", ["Association Member"], Kind::Flag,
        ("The owner is a member of an association of the trade", ""),
        ("El titular es miembro de una asociación del sector", "");
    JOBS_OWNER = "jobsOwnerWebsite", ["Registrant Website"], Kind::Web,
        ("Owner's website", ""),
        ("Web del titular", "");
    JOBS_ADMIN = "jobsAdminWebsite", ["Admin Website"], Kind::Web,
        ("Administrative contact's website", ""),
        ("Web del contacto administrativo", "");
    JOBS_TECH = "jobsTechWebsite", ["Tech Website"], Kind::Web,
        ("Technical contact's website", ""),
        ("Web del contacto técnico", "");
    JOBS_BILLING = "jobsBillingWebsite", ["Billing Website"], Kind::Web,
        ("Billing contact's website", ""),
        ("Web del contacto de facturación", "");
    CONTACT_INFO = "coreContactInfo", ["Contact Info"], Kind::Long,
        ("Contact information", "Where the profession or the office of the owner can be asked after."),
        ("Información de contacto", "Dónde se puede consultar la profesión o el cargo del titular.");
    LTDA_AUTHORITY = "ltdaAuthority", ["Authority"], Kind::Text,
        ("Authority", "The register in which the company is."),
        ("Autoridad", "El registro en que consta la empresa.");
    LTDA_LICENSE = "ltdaLicenseNumber", ["License Number"], Kind::Text,
        ("License number", "The company's number there."),
        ("Número de licencia", "El número de la empresa en él.");
    PRO_PROFESSION = "proProfession", ["Profession"], Kind::Text,
        ("Profession", ""),
        ("Profesión", "");
    PRO_AUTHORITY = "proAuthority", ["Professional Authority"], Kind::Text,
        ("Professional body", "That admits to the profession."),
        ("Colegio profesional", "");
    PRO_WEBSITE = "proAuthorityWebsite", ["Professional Authority Website"], Kind::Web,
        ("Website of the professional body", ""),
        ("Web del colegio profesional", "");
    PRO_LICENSE = "proLicenseNumber", ["Professional License Number"], Kind::Text,
        ("Number at the professional body", ""),
        ("Número de colegiado", "");
    RU_ISSUER = "ruIssuer", ["Issuer"], Kind::Text,
        ("Passport issued by", ""),
        ("Pasaporte expedido por", "");
    RU_ISSUED = "ruIssuerDate", ["Issue Date"], Kind::Date,
        ("Passport issued on", ""),
        ("Pasaporte expedido el", "");
    TRAVEL_UIN = "travelUIN", ["UIN"], Kind::Text,
        ("UIN", "The owner's number at the .travel registry."),
        ("UIN", "El número del titular en el registro .travel.");
    XXX_CLASS = "xxxClass", ["Class"], Kind::Choice(&[
            ["default", "Not a member of the sponsored community", "No es miembro de la comunidad"],
            ["membership", "Member of the sponsored community", "Miembro de la comunidad"],
            ["nonResolver", "The domain is not to be reached", "El dominio no debe resolver"],
        ]),
        ("Class", ""),
        ("Clase", "");
    XXX_ID = "xxxId", ["ID"], Kind::Text,
        ("Membership id", "Of the sponsored community."),
        ("Identificador de miembro", "De la comunidad.");
    XXX_NAME = "xxxName", ["Name"], Kind::Text,
        ("Member's name", ""),
        ("Nombre del miembro", "");
    XXX_EMAIL = "xxxEmail", ["Email"], Kind::Email,
        ("Member's e-mail address", ""),
        ("Correo electrónico del miembro", "");
    LAW_ID = "lawaccid", ["Accreditation ID"], Kind::Text,
        ("Accreditation id", "Of a lawyer."),
        ("Número de colegiado", "De un abogado.");
    LAW_BODY = "lawaccbody", ["Accreditation Body"], Kind::Text,
        ("Accredited by", ""),
        ("Colegio", "");
    LAW_YEAR = "lawaccyear", ["Accreditation Year"], Kind::Year,
        ("Accredited in (year)", ""),
        ("Año de colegiación", "");
    LAW_COUNTRY = "lawaccjurcc", ["Accreditation Country"], Kind::Text,
        ("Accredited in (country)", "Two letters, such as ES."),
        ("País de colegiación", "Dos letras, por ejemplo ES.");
    LAW_STATE = "lawaccjurst", ["Accreditation State"], Kind::Text,
        ("Accredited in (state or province)", ""),
        ("Provincia de colegiación", "");
}

/// The fields of an extension, in the order in which they are asked.
pub(super) fn of_tld(tld: &str) -> &'static [Row] {
    match tld {
        "aero" => &[(&AERO_ID, Always), (&AERO_PASS, Always)],
        "barcelona" | "cat" | "eus" | "gal" | "madrid" | "pl" | "quebec" | "radio" | "scot" => {
            &[(&INTENDED_USE, Always)]
        }
        "fr" | "pm" | "re" | "tf" | "wf" | "yt" => &[(&FR_SIREN, Never), (&FR_TRADE_MARK, Never), (&BIRTH, Never)],
        "ee" | "fi" | "hk" | "moscow" | "my" | "vn" => &[(&BIRTH, Always)],
        "ru" => &[(&BIRTH, Always), (&RU_ISSUER, Always), (&RU_ISSUED, Always)],
        "jobs" => &[
            (&JOBS_OWNER, Always),
            (&JOBS_ADMIN, Never),
            (&JOBS_TECH, Never),
            (&JOBS_BILLING, Never),
            (&JOBS_MEMBER, Never),
        ],
        "airforce" | "army" | "attorney" | "dentist" | "lawyer" | "navy" => &[(&CONTACT_INFO, Never)],
        "ltda" => &[(&LTDA_AUTHORITY, Never), (&LTDA_LICENSE, Never)],
        "pro" => &[(&PRO_PROFESSION, Always), (&PRO_AUTHORITY, Never), (&PRO_WEBSITE, Never), (&PRO_LICENSE, Never)],
        "travel" => &[(&TRAVEL_UIN, Always)],
        "xxx" => {
            &[(&XXX_CLASS, Always), (&XXX_ID, With("xxxClass", "membership")), (&XXX_NAME, Never), (&XXX_EMAIL, Never)]
        }
        "abogado" | "law" => {
            &[(&LAW_ID, Never), (&LAW_BODY, Never), (&LAW_YEAR, Never), (&LAW_COUNTRY, Never), (&LAW_STATE, Never)]
        }
        _ => &[],
    }
}

/// The extensions that ask for something.
#[cfg(test)]
pub(super) static TLDS: &[&str] = &[
    "abogado",
    "aero",
    "airforce",
    "army",
    "attorney",
    "barcelona",
    "cat",
    "dentist",
    "ee",
    "eus",
    "fi",
    "fr",
    "gal",
    "hk",
    "jobs",
    "law",
    "lawyer",
    "ltda",
    "madrid",
    "moscow",
    "my",
    "navy",
    "pl",
    "pm",
    "pro",
    "quebec",
    "radio",
    "re",
    "ru",
    "scot",
    "tf",
    "travel",
    "vn",
    "wf",
    "xxx",
    "yt",
];
