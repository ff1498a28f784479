//! What a config begins with that does not exist yet: the providers that can be reached, and how.

use std::collections::BTreeSet;

use crate::commands::arguments::flags::ProviderSelection;
use crate::model::yaml::{Line, Yaml};
use crate::model::{Env, Error, ReadClient};
use crate::providers::{self, Organization, Provider};
use crate::sandbox::World;

/// What a first config begins with: the providers that can be reached, and of several with one backend the first.
pub fn beginning(world: Option<&World>, selected: &ProviderSelection, env: &Env) -> Result<Vec<Line>, Error> {
    let reached = |provider: &dyn Provider| match world {
        Some(world) => world.backends().any(|backend| backend == provider.backend()),
        None => provider.meta().credentials.iter().all(|name| env.secret(name).is_some()),
    };
    let mut backends = BTreeSet::new();
    let selected = providers::ALL.iter().copied().filter(|provider| selected.selects(provider.name()));
    let found: Vec<_> = selected.filter(|provider| reached(*provider) && backends.insert(provider.backend())).collect();
    if found.is_empty() && world.is_none() {
        return Err(no_provider(env));
    }
    Ok(begun(found.into_iter().map(|provider| settings(provider, provider, world.is_some(), env)).collect()))
}

/// What a first config says of one provider, in the words of `speaker`. `pretend` is for where no site is known.
pub fn settings(provider: &dyn Provider, speaker: &dyn Provider, pretend: bool, env: &Env) -> Line {
    let said = speaker.settings_template(env, pretend);
    let line = Line::new(provider.name(), Yaml::of(&said));
    if pretend && said != speaker.settings_template(env, false) {
        line.under("The sandbox stands at no site: write your own.")
    } else {
        line
    }
}

/// A config that so far has providers only.
pub fn begun(providers: Vec<Line>) -> Vec<Line> {
    let version = Line::new("version", Yaml::Scalar(1.into()));
    vec![version, Line::new("providers", Yaml::Map(providers)).below_blank_line()]
}

/// A first config is for the organization whose keys are set, where the vendor tells.
pub async fn name_organizations(beginning: &mut [Line], client: &dyn ReadClient) {
    let Some(Line { value: Yaml::Map(settings), .. }) = beginning.iter_mut().find(|line| line.key == "providers")
    else {
        return;
    };
    for line in settings {
        let can_be_told =
            |provider: &&'static dyn Provider| provider.settings_block().fields.contains_key("organization");
        let Some(provider) = providers::named(&line.key).filter(can_be_told) else { continue };
        let Yaml::Map(block) = &mut line.value else { continue };
        if block.iter().any(|line| line.key == "organization") {
            continue;
        }
        if let Ok(Organization { name, public_id }) = provider.organization(client).await {
            block.push(Line::new("organization", Yaml::text(if name.is_empty() { public_id } else { name })));
        }
    }
}

/// There is no config, and no provider whose keys are set, or not all of them.
pub fn no_provider(env: &Env) -> Error {
    let is_set = |name: &&&str| env.secret(name).is_some();
    let in_part = providers::ALL.iter().find(|provider| provider.meta().credentials.iter().any(|name| is_set(&name)));
    if let Some(provider) = in_part {
        let missing: Vec<&str> = provider.meta().credentials.iter().filter(|name| !is_set(name)).copied().collect();
        let is = if missing.len() == 1 { "is" } else { "are" };
        let missing = missing.join(" and ");
        return Error::usage(format!(
            "no config, and {missing} {is} not set, which {} needs: there is nothing to import from",
            provider.name()
        ))
        .hint(format!("set {missing}; to try it without keys, add --sandbox=WORLD"));
    }
    let mut keys: Vec<String> =
        providers::ALL.iter().map(|provider| provider.meta().credentials.join(" and ")).collect();
    keys.dedup();
    Error::usage("no config, and no provider's keys are set: there is nothing to import from")
        .hint(format!("set {}; to try it without keys, add --sandbox=WORLD", keys.join(", or ")))
}
