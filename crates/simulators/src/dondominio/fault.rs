//! The vendor's error codes and the answer that carries one.

/// What an action returns: the `responseData` or the error.
pub(crate) type Outcome<T = serde_json::Value> = Result<T, Fault>;

/// An error of the API: its code and the detail lines of `messages`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: i32,
    pub(crate) messages: Vec<String>,
}

impl Fault {
    pub(crate) fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, messages: vec![message.into()] }
    }

    /// 101: a required parameter is not there.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(101, format!("Parameter {parameter} is required."))
    }

    /// 105: a parameter is there but its value cannot be used.
    pub(crate) fn invalid(parameter: &str, why: &str) -> Self {
        Self::new(105, format!("Parameter {parameter} is not valid: {why}."))
    }

    /// 2008: the domain is not in this account.
    pub(crate) fn unknown_domain(name: &str) -> Self {
        Self::new(2008, format!("{name} is not in this account."))
    }
}

/// The general meaning of a code, sent as `errorCodeMsg`.
pub(crate) fn meaning(code: i32) -> &'static str {
    match code {
        0 => "",
        100 => "Syntax error",
        101 => "Syntax error: parameter fault",
        102 => "Invalid object or action",
        103 => "Object or action not allowed",
        104 => "Object or action not implemented",
        105 => "Syntax error: invalid parameter",
        200 => "Login required",
        201 => "Login invalid",
        210 => "Session invalid",
        300 => "Action not allowed",
        1000 => "Account blocked",
        1001 => "Account deleted",
        1002 => "Account inactive",
        1003 => "Account does not exist",
        1004 | 1005 | 1009 => "Invalid password",
        1006 | 1010..=1013 => "Account or IP blocked",
        1007 | 1014 => "Filtered",
        1030 => "Banned",
        1100 => "Insufficient balance",
        2001 => "Invalid domain name",
        2002 => "TLD not supported",
        2003 => "TLD under maintenance",
        2004 => "Domain check error",
        2005 => "Domain transfer not allowed",
        2006 => "Whois not allowed",
        2007 => "Whois error",
        2008 => "Domain not found",
        2009 => "Domain create error",
        2010 => "Domain create error: domain is taken",
        2011 => "Domain create error: premium domain",
        2012 => "Domain transfer error",
        2100 => "Domain renew error",
        2101 => "Domain renew not allowed",
        2102 => "Domain renew blocked",
        2200 => "Domain update error",
        2201 => "Domain update not allowed",
        2202 => "Domain update blocked",
        2210 => "Owner contact verification status",
        3001 => "Contact does not exist",
        3002 => "Contact data error",
        3003 => "Contact verification status",
        3500 => "User does not exist",
        3501 => "User create error",
        3502 => "User update error",
        4001 => "Service not found",
        4002 => "Service entity not found",
        4003 => "Service entity limit reached",
        4004 => "Service entity create error",
        4005 => "Service entity update error",
        4006 => "Service entity delete error",
        4007 => "Service create error",
        4008 => "Service upgrade error",
        4009 => "Service renew error",
        4010 => "Parking update error",
        5000 => "SSL error",
        5001 => "SSL not found",
        10001 => "Web constructor error",
        _ => "Undefined error",
    }
}
