//! WHMCS's names for pages and places on them. Spellings are theirs.

use super::{Named, names, parameters::*};

pub(super) static NAMES: &[Named] = names! {
    // The portal.
    "ClientAreaHeadOutput" => "ClientAreaHeadOutput", with [PORTAL];
    "ClientAreaHeaderOutput" => "ClientAreaHeaderOutput", with [PORTAL];
    "ClientAreaFooterOutput" => "ClientAreaFooterOutput", with [PORTAL];
    "ClientAreaPrimaryNavbar" => "ClientAreaPrimaryNavbar" { "*.page": "page" };
    "ClientAreaNavbars" => "ClientAreaPrimaryNavbar";
    "ClientAreaPage" => "ClientAreaPage", with [PORTAL];
    "ClientAreaPageHome" => "ClientAreaPage" if "page" = "/", with [PORTAL];
    "ClientAreaPageLogin" => "ClientAreaPage" if "page" = "/login", with [PORTAL];
    "ClientAreaPageRegister" => "ClientAreaPage" if "page" = "/signup", with [PORTAL];
    "ClientAreaPagePasswordReset" => "ClientAreaPage" if "page" = "/forgot", with [PORTAL];
    "ClientAreaPageCart" => "ClientAreaPage" if "page" = "/cart", with [PORTAL];
    "ClientAreaPageInvoices" => "ClientAreaPage" if "page" = "/invoices", with [PORTAL];
    "ClientAreaPageAddFunds" => "ClientAreaPage" if "page" = "/funds", with [PORTAL];
    "ClientAreaPageMassPay" => "ClientAreaPage" if "page" = "/invoices/pay", with [PORTAL];
    "ClientAreaPageViewInvoice" => "ClientAreaPage" if "page" = "/invoices/{id}", with [PORTAL];
    "ClientAreaPageProductsServices" => "ClientAreaPage" if "page" = "/services", with [PORTAL];
    "ClientAreaPageProductDetails" => "ClientAreaPage" if "page" = "/services/{id}", with [PORTAL];
    "ClientAreaPageDomains" => "ClientAreaPage" if "page" = "/domains", with [PORTAL];
    "ClientAreaPageDomainDetails" => "ClientAreaPage" if "page" = "/domains/{id}", with [PORTAL];
    "ClientAreaPageDomainContacts" => "ClientAreaPage" if "page" = "/domains/{id}/contacts", with [PORTAL];
    "ClientAreaPageDomainEPPCode" => "ClientAreaPage" if "page" = "/domains/{id}/auth-code", with [PORTAL];
    "ClientAreaPageProfile" => "ClientAreaPage" if "page" = "/profile", with [PORTAL];
    "ClientAreaPageContacts" => "ClientAreaPage" if "page" = "/profile/contacts", with [PORTAL];
    "ClientAreaPageAddContact" => "ClientAreaPage" if "page" = "/profile/contacts", with [PORTAL];
    "ClientAreaPageSecurity" => "ClientAreaPage" if "page" = "/profile/security", with [PORTAL];
    "ClientAreaPageChangePassword" => "ClientAreaPage" if "page" = "/profile/security", with [PORTAL];
    "ClientAreaHomepage" => "ClientAreaHomepage";
    "ClientAreaHomepagePanels" => "ClientAreaHomepage" { "item.userid": "client_id" };
    "ClientAlert" => "ClientAlert" { "*.id": "client_id" };
    "ClientAreaProductDetailsOutput" => "ClientAreaProductDetailsOutput" {
        "service.id": "service_id", "service.userid": "client_id", "service.domain": "label", "service.status": "state",
    };
    "ClientAreaProductDetails" => "ClientAreaProductDetailsOutput" {
        "service.id": "service_id", "service.userid": "client_id", "service.domain": "label", "service.status": "state",
    };
    "ClientAreaProductDetailsPreModuleTemplate" => "ClientAreaProductDetailsOutput" {
        "serviceid": "service_id", "product": "product", "modulename": "plugin_id", "domain": "label",
        "systemStatus": "state", "username": "username",
    } lacks { SEPARATE => ["groupname"], SECRET => ["password"] };
    "ClientAreaDomainDetailsOutput" => "ClientAreaDomainDetailsOutput" {
        "domain.id": "domain_id", "domain.userid": "client_id", "domain.domain": "name", "domain.status": "state",
    };
    "ClientAreaDomainDetails" => "ClientAreaDomainDetailsOutput" {
        "domain.id": "domain_id", "domain.userid": "client_id", "domain.domain": "name", "domain.status": "state",
    };
    "ShoppingCartViewCartOutput" => "ShoppingCartViewCartOutput" { "cartData.items": "items", "cartData.total": "total" };
    "ShoppingCartCheckoutOutput" => "ShoppingCartCheckoutOutput" { "cartData.items": "items", "cartData.total": "total" };
    "ShoppingCartCheckoutCompletePage" => "ShoppingCartCheckoutCompletePage" {
        "orderid": "order_id", "ordernumber": "order_id", "invoiceid": "invoice_id", "ispaid": "is_paid",
        "amount": "total", "clientdetails.userid": "client_id",
    } lacks { NO_METHOD => ["paymentmethod"] };

    // The panel.
    "AdminAreaHeadOutput" => "AdminAreaHeadOutput", with [PANEL];
    "AdminAreaHeaderOutput" => "AdminAreaHeaderOutput", with [PANEL];
    "AdminAreaPage" => "AdminAreaPage", with [PANEL];
    "AdminAreaFooterOutput" => "AdminAreaFooterOutput", with [PANEL];
    "AdminHomepage" => "AdminHomepage";
    "AdminAreaClientSummaryPage" => "AdminAreaClientSummaryPage" { "userid": "client_id" };
    "AdminAreaClientSummaryActionLinks" => "AdminAreaClientSummaryActionLinks" { "userid": "client_id" };
    "AdminClientProfileTabFields" => "AdminClientProfileTabFields" {
        "userid": "client_id", "firstname": "first_name", "lastname": "last_name", "companyname": "company",
        "email": "email", "status": "state",
    } lacks {
        "clients have one number" => ["uuid"], SECRET => ["password"], CODES => ["currency"],
        SEPARATE => ["address1", "address2", "city", "state", "postcode", "country", "phonenumber", "notes", "language", "taxexempt"],
        NO_SWITCH => ["latefeeoveride", "overideduenotices", "separateinvoices", "disableautocc", "overrideautoclose", "allow_sso"],
        NO_LISTS => ["emailoptout", "marketing_emails_opt_in"], "invoices go to the client" => ["billingcid"],
        NO_GROUPS => ["groupid"], "the page shows what is stored" => ["olddata"],
        "there is one way to sign in" => ["authmodule", "authdata"], "addresses are not verified" => ["email_verified"],
    };
    "AdminClientServicesTabFields" => "AdminClientServicesTabFields" { "id": "service_id" };
    "AdminClientDomainsTabFields" => "AdminClientDomainsTabFields" { "id": "domain_id" };
    "AdminProductConfigFields" => "AdminProductConfigFields" { "pid": "product_id" };
    "AdminInvoicesControlsOutput" => "AdminInvoicesControlsOutput" {
        "invoiceid": "invoice_id", "userid": "client_id", "subtotal": "subtotal", "tax": "tax", "total": "total",
        "balance": "balance",
    } lacks {
        "each line has its own rate; tax is their sum" => ["tax2", "taxrate", "taxrate2"],
        "credit is not used on invoices yet" => ["credit"], NO_METHOD => ["paymentmethod"],
    };
    "ViewInvoiceDetailsPage" => "AdminInvoicesControlsOutput" { "invoiceid": "invoice_id" };
    "ViewOrderDetailsPage" => "ViewOrderDetailsPage" {
        "orderid": "order_id", "ordernum": "order_id", "userid": "client_id", "amount": "total", "invoiceid": "invoice_id",
    } lacks { NO_METHOD => ["paymentmethod"] };
};
