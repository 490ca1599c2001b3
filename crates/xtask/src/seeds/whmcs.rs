//! WHMCS's hooks of add-ons.

use super::{
    Answer::{Here, Left, Open},
    Row, Seed,
};

const fn row(says: &'static str, answer: super::Answer) -> Row {
    Row { says, answer }
}

const FIRED: &[&str] =
    &["what_the_catalogue_says_fires_does_fire", "every_foreign_parameter_is_given_in_its_type_or_said_to_lack"];

pub(super) const SEED: Seed = Seed {
    name: "WHMCS's hooks of add-ons",
    rows: &[
        row(
            "`AddonActivated`: An add-on's state became active.",
            Here("The event `AddonActivated`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonActivation`: An add-on became active through payment or acceptance, after set-up and mail.",
            Here("The event `AddonActivation`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonAdd`: An add-on was added to a service.",
            Here("The event `AddonAdd`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonCancelled`: An add-on was cancelled.",
            Here("The event `AddonCancelled`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonEdit`: An add-on was changed, but for its state.",
            Here("The event `AddonEdit`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonRenewal`: An add-on was renewed by a payment.",
            Here("The event `AddonRenewal`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonSuspended`: An add-on was suspended.",
            Here("The event `AddonSuspended`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonTerminated`: An add-on was terminated.",
            Here("The event `AddonTerminated`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonUnsuspended`: An add-on was unsuspended.",
            Here("The event `AddonUnsuspended`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AfterAddonUpgrade`: An upgrade of an add-on was made.",
            Here("The event `AfterAddonUpgrade`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`ProductAddonDelete`: An add-on that is sold is taken out of the catalogue (retired: nothing that was sold is deleted).",
            Here("The event `ProductAddonDelete`, at the same moment, with the same ids.", FIRED),
        ),
        row(
            "`AddonDeleted`: an add-on was deleted.",
            Left("what was sold is never deleted: it is terminated, and stays for its invoices."),
        ),
        row(
            "`AddonConfig`: fields that are shown where an add-on is configured, as label and HTML.",
            Here("The slot `AddonConfig` on the product's page; its answers are facts, and never HTML.", FIRED),
        ),
        row("`AddonConfigSave`: an add-on is saved.", Here("The event `AddonConfigSave`.", FIRED)),
        row(
            "What a hook may answer, and that the others take no answer.",
            Here("As there, where an answer means something.", &["answers_of_add_ons_are_as_theirs"]),
        ),
        row(
            "`LicensingAddonReissue`: a licence is issued anew.",
            Open("licence keys are not sold yet; the event is in the catalogue and is never fired."),
        ),
        row("`LicensingAddonVerify`: a licence is checked from afar; the hook adds to the reply.", Open("the same.")),
    ],
};
