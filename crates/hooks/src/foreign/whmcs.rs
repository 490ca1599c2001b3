//! WHMCS's names, except those of pages. Spellings are theirs.

use super::{Named, names, parameters::*};

const ONE_RECIPIENT: &str = "a mail has one recipient";
const ASK_CLIENT: &str = "`client_id` says who: its details are the client's";
const NO_FILES: &str = "mails carry no files";
const NO_OUT: &str = "no fees, and no money goes out";
const NOT_DECIDED: &str = "the product's own settings stay with the core";
const NO_VISITOR: &str = "only those who have an account order, and cards are entered at the gateway";

pub(super) static NAMES: &[Named] = names! {
    // Add-ons: the 16 of their list, and the one of carts.
    "AddonActivated" => "AddonActivated", with [ADDON];
    "AddonActivation" => "AddonActivation", with [ADDON] { "clientid": "client_id" };
    "AddonAdd" => "AddonAdd", with [ADDON];
    "AddonCancelled" => "AddonCancelled", with [ADDON];
    "AddonConfig" => "AddonConfig" { "id": "product_addon_id" };
    "AddonConfigSave" => "AddonConfigSave" { "id": "product_addon_id" };
    "AddonDeleted" => "AddonDeleted" { "id": "addon_id" };
    "AddonEdit" => "AddonEdit", with [ADDON];
    "AddonRenewal" => "AddonRenewal", with [ADDON];
    "AddonSuspended" => "AddonSuspended", with [ADDON];
    "AddonTerminated" => "AddonTerminated", with [ADDON];
    "AddonUnsuspended" => "AddonUnsuspended", with [ADDON];
    "AfterProductUpgrade" => "AfterProductUpgrade" { "upgradeid": "change_id" };
    "CancellationRequest" => "CancellationRequest" { "userid": "client_id", "relid": "service_id", "reason": "reason", "type": "kind" };
    "AfterAddonUpgrade" => "AfterAddonUpgrade" { "upgradeid": "upgrade_id" };
    "LicensingAddonReissue" => "LicensingAddonReissue" {
        "licenseid": "licence_id", "serviceid": "service_id", "addon_id": "addon_id",
    };
    "LicensingAddonVerify" => "LicensingAddonVerify" {
        "licenseid": "licence_id", "serviceid": "service_id", "xmlresponse": "reply",
    };
    "ProductAddonDelete" => "ProductAddonDelete" { "addonId": "product_addon_id" };
    "AddonFraud" => "AddonFraud", with [ADDON];

    // Staff.
    "AdminLogin" => "AdminLogin" { "adminid": "staff_id", "username": "email" };
    "AdminLogout" => "AdminLogout" { "adminid": "staff_id" };

    // Clients.
    "ClientAdd" => "Client-Create", with [DETAILS] {
        "client_id": "client_id", "user_id": "user_id", "userid": "client_id", "tax_id": "details.tax_number",
    } lacks { SECRET => ["password"], SEPARATE => ["customFields"] };
    "ClientAreaRegister" => "ClientAreaRegister" {
        "user_id": "user_id", "client_id": "client_id", "userid": "client_id",
    };
    "ClientClose" => "ClientClose" { "userid": "client_id" };
    "ClientDelete" => "Client-Delete" { "userid": "client_id" };
    "ClientChangePassword" => "Client-PasswordChange" { "userid": "user_id" } lacks { SECRET => ["password"] };
    "UserChangePassword" => "Client-PasswordChange" { "userid": "user_id" } lacks { SECRET => ["password"] };
    "ClientDetailsValidation" => "ClientDetailsValidation" {
        "firstname": "first_name", "lastname": "last_name", "companyname": "company", "email": "email",
        "address1": "address1", "address2": "address2", "city": "city", "state": "region",
        "postcode": "postcode", "country": "country", "phonenumber": "phone", "tax_id": "tax_number",
    } lacks { "answers to custom fields are many: `fields` of the payload has them" => ["customfield"],
        NO_METHOD => ["paymentmethod"], NO_QUESTION => ["securityqid", "securityqans"] };
    "ClientEdit" => "Client-Update", with [DETAILS] {
        "userid": "client_id", "language": "details.language", "olddata": "before",
    } lacks {
        "clients have one number" => ["uuid"], CODES => ["currency"], "ClientClose tells of the end" => ["status"],
        "invoices go to the client" => ["billingcid"], NO_SWITCH => ["allow_sso"],
        "there is one way to sign in" => ["authmodule", "authdata"], "addresses are not verified" => ["email_verified"],
        NO_LISTS => ["isOptedInToMarketingEmails", "email_preferences[affiliate]", "email_preferences[domain]",
            "email_preferences[general]", "email_preferences[invoices]", "email_preferences[product]",
            "email_preferences[support]"],
    };
    "ContactAdd" => "ContactAdd", with [CONTACT];
    "ContactEdit" => "ContactEdit", with [CONTACT] lacks { "what it was is not kept" => ["olddata"] };
    "ContactDelete" => "ContactDelete" { "userid": "client_id", "contactid": "contact_id" };
    "ContactDetailsValidation" => "ContactDetailsValidation" {
        "*.userid": "client_id", "*.contactid": "contact_id", "*.firstname": "name", "*.email": "email",
        "*.phonenumber": "phone",
    };
    "TicketUserReply" => "Ticket-ReplyByCustomer" {
        "ticketid": "ticket_id", "userid": "client_id", "message": "message",
    } lacks { "there are no tickets yet" => ["replyid", "deptid", "deptname", "subject", "priority", "status"] };
    "PreUserAdd" => "PreUserAdd" { "email": "email" } lacks {
        "it has no number yet" => ["user_id"], "a login is an address; names are the client's" => ["firstname", "lastname"],
        SECRET => ["password"], "the language is the client's" => ["language"],
    };
    "UserAdd" => "UserAdd" { "user_id": "user_id", "email": "email" } lacks {
        "a login is an address; names are the client's" => ["firstname", "lastname"],
        SECRET => ["password"], "the language is the client's" => ["language"],
    };
    "UserLogin" => "UserLogin" { "user.id": "user_id" };
    "UserLogout" => "Account-Logoff" { "user.id": "user_id" };

    // Carts and orders.
    "ShoppingCartValidateProductUpdate" => "ShoppingCartValidateProductUpdate" {
        "*.userid": "client_id", "*.pid": "product_id", "*.fields": "fields", "*.customfield": "custom_fields",
    };
    "ShoppingCartValidateDomain" => "ShoppingCartValidateDomain" { "domainoption": "option", "sld": "sld", "tld": "tld" };
    "DomainValidation" => "ShoppingCartValidateDomain" { "sld": "sld", "tld": "tld" };
    "ShoppingCartValidateCheckout" => "ShoppingCartValidateCheckout" { "clientId": "client_id" } lacks {
        "it is asked at one step only" => ["a", "submit"], "there are no promotions yet" => ["promocode"],
        "orders have no notes" => ["notes"], NO_METHOD => ["paymentmethod"],
        NO_VISITOR => ["ccinfo", "cctype", "ccnumber", "ccexpirymonth", "ccexpiryyear", "cccvv", "custtype",
            "loginemail", "loginpassword", "password", "password2", "securityqid", "securityqans"],
        "the client's details were judged when they were saved" => ["firstname", "lastname", "companyname", "email",
            "address1", "address2", "city", "state", "country", "tax_id", "phonenumber", "customfield"],
    };
    "PreShoppingCartCheckout" => "ShoppingCartValidateCheckout" { "products": "product_ids", "domains": "domains" };
    "AfterShoppingCartCheckout" => "AfterShoppingCartCheckout" {
        "OrderID": "order_id", "OrderNumber": "order_id", "ServiceIDs": "service_ids", "DomainIDs": "domain_ids",
        "InvoiceID": "invoice_id", "TotalDue": "total",
    } lacks {
        "an add-on is among the services" => ["AddonIDs"], "renewals are not ordered in carts yet" => ["RenewalIDs"],
        NO_METHOD => ["PaymentMethod"],
    };
    "OrderPaid" => "OrderPaid" { "orderId": "order_id", "userId": "client_id", "invoiceId": "invoice_id" };
    "AcceptOrder" => "AcceptOrder" { "orderid": "order_id" };
    "CancelOrder" => "CancelOrder" { "orderid": "order_id" };
    "PreFraudCheck" => "PreFraudCheck" lacks { "WHMCS does not say what is in it" => ["params"] };
    "RunFraudCheck" => "RunFraudCheck" { "orderid": "order_id", "userid": "client_id" };
    "AfterFraudCheck" => "AfterFraudCheck" {
        "orderid": "order_id", "ordernumber": "order_id", "invoiceid": "invoice_id", "amount": "total",
        "fraudresults": "reasons", "isfraud": "held", "frauderror": "errors",
    } lacks { ASK_CLIENT => ["clientdetails"] };
    "FraudCheckPassed" => "FraudCheckPassed" {
        "orderid": "order_id", "ordernumber": "order_id", "invoiceid": "invoice_id", "amount": "total",
        "fraudresults": "reasons",
    } lacks { ASK_CLIENT => ["clientdetails"], "its name says it" => ["isfraud"] };
    "FraudCheckFailed" => "FraudCheckFailed" {
        "orderid": "order_id", "ordernumber": "order_id", "invoiceid": "invoice_id", "amount": "total",
        "fraudresults": "reasons",
    } lacks { ASK_CLIENT => ["clientdetails"], "its name says it" => ["isfraud"] };
    "FraudOrder" => "FraudOrder" { "orderid": "order_id" };

    // Invoices and payments.
    "InvoiceCreation" => "Invoice-Create" {
        "source": "source", "user": "actor", "invoiceid": "invoice_id", "status": "state",
    };
    "InvoiceCreated" => "Invoice-Create" {
        "source": "source", "user": "actor", "invoiceid": "invoice_id", "status": "state",
    };
    "InvoiceCreationPreEmail" => "EmailPreSend" if "template" = "invoice_created" { "invoiceid": "related_id" } lacks {
        SEPARATE => ["source", "user", "status"],
    };
    "InvoicePaidPreEmail" => "EmailPreSend" if "template" = "payment_received" lacks {
        "the mail is about the payment, not the invoice" => ["invoiceid"],
    };
    "InvoicePaid" => "Invoice-Paid" {
        "invoiceid": "invoice_id", "invoice.id": "invoice_id", "invoice.userid": "client_id", "invoice.total": "total",
    };
    "InvoiceUnpaid" => "InvoiceUnpaid" { "invoiceid": "invoice_id" };
    "InvoicePaymentReminder" => "InvoicePaymentReminder" { "invoiceid": "invoice_id", "type": "kind" };
    "AddInvoiceLateFee" => "AddInvoiceLateFee" { "invoiceid": "invoice_id" };
    "InvoiceRefunded" => "Invoice-Refunded" { "invoiceid": "invoice_id" };
    "InvoiceCancelled" => "InvoiceCancelled" { "invoiceid": "invoice_id" };
    "InvoiceSplit" => "InvoiceSplit" { "originalinvoiceid": "invoice_id", "newinvoiceid": "split_id" };
    "AddTransaction" => "AddTransaction" {
        "id": "payment_id", "userid": "client_id", "gateway": "gateway", "date": "received_on", "description": "note",
        "amountin": "amount", "transid": "transaction", "invocieid": "invoice_id",
    } lacks { CODES => ["currency"], NO_OUT => ["fees", "amountout", "refundid"], "amounts are not converted" => ["rate"] };
    "LogTransaction" => "LogTransaction" { "gateway": "gateway", "data": "data", "result": "result" };
    "AddInvoicePayment" => "AddTransaction" { "invoiceid": "invoice_id" };

    "QuoteCreated" => "QuoteCreated" { "quoteid": "quote_id", "status": "state" };
    "QuoteStatusChange" => "QuoteStatusChange" { "quoteid": "quote_id", "status": "state" };
    "AcceptQuote" => "AcceptQuote" { "quoteid": "quote_id", "invoiceid": "invoice_id" };

    // Services.
    "PreModuleCreate" => "PreModuleCreate", with [MODULE];
    "PreModuleSuspend" => "PreModuleSuspend", with [MODULE];
    "PreModuleUnsuspend" => "PreModuleUnsuspend", with [MODULE];
    "PreModuleTerminate" => "PreModuleTerminate", with [MODULE];
    "PreModuleChangePassword" => "PreModuleChangePassword", with [MODULE];
    "PreModuleChangePackage" => "PreModuleChangePackage", with [MODULE];
    "PreModuleCustom" => "PreModuleCustom", with [MODULE];
    "AfterModuleCreate" => "AfterModuleCreate", with [MODULE];
    "AfterModuleSuspend" => "AfterModuleSuspend", with [MODULE];
    "AfterModuleUnsuspend" => "AfterModuleUnsuspend", with [MODULE];
    "AfterModuleTerminate" => "AfterModuleTerminate", with [MODULE];
    "AfterModuleChangePackage" => "AfterModuleChangePackage", with [MODULE];
    "AfterModuleCustom" => "AfterModuleCustom", with [MODULE];
    "AfterModuleChangePassword" => "AfterModuleChangePassword" { "serviceid": "service_id" } lacks {
        SECRET => ["oldpassword", "newpassword"],
    };
    "AfterModuleCreateFailed" => "AfterModuleCreateFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleSuspendFailed" => "AfterModuleSuspendFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleUnsuspendFailed" => "AfterModuleUnsuspendFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleTerminateFailed" => "AfterModuleTerminateFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleChangePackageFailed" => "AfterModuleChangePackageFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleCustomFailed" => "AfterModuleCustomFailed", with [MODULE] { "failureResponseMessage": "error" };
    "AfterModuleChangePasswordFailed" => "AfterModuleChangePasswordFailed", with [MODULE] { "failureResponseMessage": "error" };

    // Domains.
    "PreRegistrarRegisterDomain" => "PreRegistrarRegisterDomain", with [DOMAIN, YEARS];
    "PreRegistrarTransferDomain" => "PreRegistrarTransferDomain", with [DOMAIN, YEARS];
    "PreRegistrarRenewDomain" => "PreRegistrarRenewDomain", with [DOMAIN, YEARS];
    "PreDomainRegister" => "PreRegistrarRegisterDomain" { "domain": "name" };
    "PreDomainTransfer" => "PreRegistrarTransferDomain", with [DOMAIN, YEARS];
    "PreRegistrarSaveNameservers" => "PreRegistrarSaveNameservers", with [DOMAIN] { "params.nameservers": "nameservers" };
    "PreRegistrarSaveContactDetails" => "PreRegistrarSaveContactDetails", with [DOMAIN] { "params.contactdetails": "contacts" };
    "PreRegistrarGetNameservers" => "PreRegistrarGetNameservers", with [DOMAIN];
    "PreRegistrarGetContactDetails" => "PreRegistrarGetContactDetails", with [DOMAIN];
    "PreRegistrarSaveDNS" => "PreRegistrarSaveDNS", with [DOMAIN] { "params.dnsrecords": "change" };
    "PreRegistrarGetDNS" => "PreRegistrarGetDNS", with [DOMAIN];
    "PreRegistrarRequestDelete" => "PreRegistrarRequestDelete", with [DOMAIN];
    "PreRegistrarGetEPPCode" => "PreRegistrarGetEPPCode", with [DOMAIN];
    "AfterRegistrarRegistration" => "AfterRegistrarRegistration", with [DOMAIN, YEARS, REGISTRAR];
    "AfterRegistrarRenewal" => "AfterRegistrarRenewal", with [DOMAIN, YEARS, REGISTRAR];
    "DomainTransferCompleted" => "DomainTransferCompleted" {
        "domainId": "domain_id", "domain": "name", "registrationPeriod": "years", "expiryDate": "expires_on",
        "registrar": "registrar",
    };
    "AfterRegistrarRegistrationFailed" => "AfterRegistrarRegistrationFailed", with [DOMAIN, YEARS, REGISTRAR] { "error": "error" };
    "AfterRegistrarRenewalFailed" => "AfterRegistrarRenewalFailed", with [DOMAIN, YEARS, REGISTRAR] { "error": "error" };
    "AfterRegistrarTransferFailed" => "AfterRegistrarTransferFailed", with [DOMAIN, YEARS, REGISTRAR] { "error": "error" };
    "DomainTransferFailed" => "AfterRegistrarTransferFailed" {
        "domainId": "domain_id", "domain": "name", "registrationPeriod": "years", "registrar": "registrar",
    } lacks { "it did not arrive" => ["expiryDate"] };
    "AfterRegistrarRegister" => "AfterRegistrarRegister", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarTransfer" => "AfterRegistrarTransfer", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarRenew" => "AfterRegistrarRenew", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarGetNameservers" => "AfterRegistrarGetNameservers", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarGetContactDetails" => "AfterRegistrarGetContactDetails", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarGetDNS" => "AfterRegistrarGetDNS", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarGetEPPCode" => "AfterRegistrarGetEPPCode", with [DOMAIN, REGISTRAR, ANSWERED];
    "AfterRegistrarSaveNameservers" => "AfterRegistrarSaveNameservers", with [DOMAIN, WORKED] { "params.nameservers": "nameservers" };
    "AfterRegistrarSaveContactDetails" => "AfterRegistrarSaveContactDetails", with [DOMAIN, WORKED];
    "AfterRegistrarSaveDNS" => "AfterRegistrarSaveDNS", with [DOMAIN, REGISTRAR, WORKED] { "params.dnsrecords": "change" };
    "AfterRegistrarRequestDelete" => "AfterRegistrarRequestDelete", with [DOMAIN, REGISTRAR, WORKED];
    "DomainEdit" => "DomainEdit" { "userid": "client_id", "domainid": "domain_id" };

    // What is sold.
    "ProductEdit" => "ProductEdit" {
        "pid": "product_id", "gid": "group_id", "name": "name", "description": "description",
        "tax": "taxable", "hidden": "hidden", "retired": "retired", "qty": "stock", "servertype": "plugin_id",
        "servergroup": "server_group_id", "autosetup": "setup_when",
    } lacks {
        "a product's kind is its plugin" => ["type"], "mails are the same for all products" => ["welcomeemail", "upgradeemail", "autoterminateemail"],
        "the plugin's questions ask for domains" => ["showdomainoptions", "subdomain", "freedomain", "freedomainpaymentterms", "freedomaintlds"],
        "a stock that is none is not counted" => ["stockcontrol"], "nothing is featured" => ["is_featured"],
        "prices have cycles of their own" => ["paytype", "recurringcycles", "proratabilling", "proratadate", "proratachargenextmonth"],
        "one of a product at a time" => ["allowqty"], NOT_DECIDED => ["autoterminatedays", "configoptionX"],
        "products are not exchanged for others yet" => ["configoptionsupgrade"],
        "there are no affiliates yet" => ["affiliatepaytype", "affiliatepayamount", "affiliateonetime"],
        "usage is not charged yet" => ["overagesenabled", "overagesdisklimit", "overagesbwlimit", "overagesdiskprice", "overagesbwprice"],
        "renewals are not ordered in carts yet" => ["ondemandrenewalconfigurationoverride", "ondemandrenewalsenabled",
            "ondemandrenewalperiodmonthly", "ondemandrenewalperiodquarterly", "ondemandrenewalperiodsemiannually",
            "ondemandrenewalperiodannually", "ondemandrenewalperiodbiennially", "ondemandrenewalperiodtriennially"],
    };
    "ServerAdd" => "ServerAdd" { "serverid": "server_id" };
    "ServerEdit" => "ServerEdit" { "serverid": "server_id" };
    "TopLevelDomainAdd" => "TopLevelDomainAdd" {
        "tld": "name", "requiresEppCode": "auth_code_required", "automaticRegistrar": "plugin_id",
    } lacks { "the registrar plugin says what it can" => ["supportsDnsManagement", "supportsEmailForwarding", "supportsIdProtection"] };
    "TopLevelDomainUpdate" => "TopLevelDomainUpdate" { "modifiedTlds": "modified" };
    "TopLevelDomainPricingUpdate" => "TopLevelDomainPricingUpdate" { "tld": "name" };

    // The program.
    "LogActivity" => "LogActivity" {
        "description": "action", "user": "actor", "userid": "client_id", "ipaddress": "ip",
    };
    "PreCronJob" => "PreCronJob";
    "DailyCronJob" => "DailyCronJob";
    "AfterCronJob" => "AfterCronJob";
    "PreAutomationTask" => "PreAutomationTask" { "task.name": "task" };
    "PostAutomationTask" => "PostAutomationTask" { "task.name": "task", "completed": "completed" };
    "AddonModuleConfigSave" => "AddonModuleConfigSave";
    "CustomFieldSave" => "CustomFieldSave" { "fieldid": "field_id", "relid": "client_id", "value": "value" };
    "IntelligentSearch" => "IntelligentSearch" { "searchTerm": "text", "numResults": "limit" };
    "EmailPreSend" => "EmailPreSend" { "messagename": "template", "relid": "related_id" } lacks {
        "mails are written when they are queued: adjust subject and body" => ["mergefields"],
    };
    "PreEmailSendReduceRecipients" => "EmailPreSend" { "messagename": "template", "relid": "related_id" } lacks {
        ONE_RECIPIENT => ["recipients"],
    };
    "EmailPreLog" => "EmailPreLog" {
        "userid": "client_id", "date": "sent_at", "to": "recipient", "subject": "subject", "message": "body",
    } lacks { ONE_RECIPIENT => ["cc", "bcc"], NO_FILES => ["attachments"] };
};
