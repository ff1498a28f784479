//! The attributes of an account as the emulator knows them, from Datadog's published OpenAPI. Plain data.
//!
//! What an attribute that is not here becomes when it is written is in `merge`: it is kept as it was sent.

/// What a value must look like, and what becomes of it when it is written.
#[derive(Debug)]
pub enum Form {
    /// One value, which replaces the one before.
    Scalar,
    /// A list of strings, which replaces the one before.
    Strings,
    /// A list of objects, told apart by the string in this field; it replaces the one before.
    Keyed(&'static str, &'static Block),
    /// An object, laid over the one before.
    Block(&'static Block),
    /// Never kept, and never told.
    Secret,
}

/// An object with known fields.
#[derive(Debug)]
pub struct Block {
    /// By name.
    pub fields: &'static [(&'static str, Form)],
    /// Where only one of several may be set: the fields of each, the first of which it cannot do without.
    pub arms: &'static [&'static [&'static str]],
}

impl Block {
    /// What is known of a field.
    pub fn field(&self, name: &str) -> Option<&'static Form> {
        self.fields.iter().find(|(known, _)| *known == name).map(|(_, form)| form)
    }
}

/// How Datadog gets into an account.
pub static AUTH_CONFIG: Block = Block {
    fields: &[
        ("role_name", Form::Scalar),
        ("external_id", Form::Scalar),
        ("access_key_id", Form::Scalar),
        ("secret_access_key", Form::Secret),
    ],
    arms: &[&["role_name", "external_id"], &["access_key_id", "secret_access_key"]],
};

/// All of an account but what says which account it is.
pub static ACCOUNT: Block = Block {
    fields: &[
        ("account_tags", Form::Strings),
        ("auth_config", Form::Block(&AUTH_CONFIG)),
        (
            "aws_regions",
            Form::Block(&Block {
                fields: &[("include_all", Form::Scalar), ("include_only", Form::Strings)],
                arms: &[&["include_all"], &["include_only"]],
            }),
        ),
        ("logs_config", Form::Block(&Block { fields: &[("lambda_forwarder", Form::Block(&FORWARDER))], arms: &[] })),
        ("metrics_config", Form::Block(&METRICS)),
        (
            "resources_config",
            Form::Block(&Block {
                fields: &[
                    ("cloud_security_posture_management_collection", Form::Scalar),
                    ("extended_collection", Form::Scalar),
                ],
                arms: &[],
            }),
        ),
        ("traces_config", Form::Block(&Block { fields: &[("xray_services", Form::Block(&XRAY_SERVICES))], arms: &[] })),
    ],
    arms: &[],
};

static FORWARDER: Block = Block {
    fields: &[
        ("lambdas", Form::Strings),
        ("sources", Form::Strings),
        (
            "log_source_config",
            Form::Block(&Block { fields: &[("tag_filters", Form::Keyed("source", &LOG_FILTER))], arms: &[] }),
        ),
    ],
    arms: &[],
};

static METRICS: Block = Block {
    fields: &[
        ("enabled", Form::Scalar),
        ("automute_enabled", Form::Scalar),
        ("collect_custom_metrics", Form::Scalar),
        ("collect_cloudwatch_alarms", Form::Scalar),
        ("tag_filters", Form::Keyed("namespace", &TAG_FILTER)),
        (
            "namespace_filters",
            Form::Block(&Block {
                fields: &[("exclude_only", Form::Strings), ("include_only", Form::Strings)],
                arms: &[&["exclude_only"], &["include_only"]],
            }),
        ),
        ("metric_name_filters", Form::Keyed("namespace", &METRIC_FILTER)),
    ],
    arms: &[],
};

static LOG_FILTER: Block = Block { fields: &[("source", Form::Scalar), ("tags", Form::Strings)], arms: &[] };
static TAG_FILTER: Block = Block { fields: &[("namespace", Form::Scalar), ("tags", Form::Strings)], arms: &[] };
static METRIC_FILTER: Block = Block {
    fields: &[("namespace", Form::Scalar), ("include_only", Form::Strings), ("exclude_only", Form::Strings)],
    arms: &[&["include_only"], &["exclude_only"]],
};
static XRAY_SERVICES: Block = Block {
    fields: &[("include_all", Form::Scalar), ("include_only", Form::Strings)],
    arms: &[&["include_all"], &["include_only"]],
};
