//! Credentials go to a vendor's own hosts, and to what the environment names: one rule, over every provider there is.

use std::collections::BTreeSet;

use heeler::config::files::Text;
use heeler::config::load_texts;
use heeler::model::{Env, Settings};
use heeler::providers::{self, Provider};
use heeler::sandbox::{VendorEmulator, vendors};

use crate::support::{self, Folder, Nobody, Run, keyed, parrot};

/// The settings that a block with this value under one of its keys comes to, or everything that is wrong with it.
fn settings(provider: &dyn Provider, written: Option<(&str, &str)>, env: &[(&str, &str)]) -> Result<Settings, String> {
    let block = written.map_or_else(|| "{}".to_owned(), |(key, value)| format!("{{ {key}: {value:?} }}"));
    let text = format!("version: 1\nproviders: {{ {}: {block} }}\n", provider.name());
    let env: Env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    match load_texts(vec![Text { name: "heeler.yaml".to_owned(), text }], &env, Vec::new()) {
        Ok(loaded) => Ok(loaded.desired.settings[provider.name()].clone()),
        Err(invalid) => Err(invalid
            .diagnostics
            .iter()
            .map(|found| format!("{}; {}", found.title, found.help.clone().unwrap_or_default()))
            .collect()),
    }
}

/// Hosts of other people, and this machine's.
const ELSEWHERE: [&str; 22] = [
    "evil.example",
    "https://evil.example",
    "http://evil.example",
    "evil.example/datadoghq.com",
    "evil.example/.wavefront.com",
    "evil.example#.wavefront.com",
    "evil.example?.wavefront.com",
    "evil.example\\.wavefront.com",
    "datadoghq.com.evil.example",
    "acme.wavefront.com.evil.example",
    "api.cloudcraft.co.evil.example",
    "evilwavefront.com",
    ".wavefront.com",
    "wavefront.com",
    "user@evil.example",
    "acme.wavefront.com@evil.example",
    "acme.wavefront.com:8443",
    "http://acme.wavefront.com",
    "localhost:8126",
    "http://127.0.0.1:8126",
    "https://[::1]:8126",
    "acme.wavefront.com\u{0}.evil.example",
];

/// They share no code, so that a misreading on one side shows; names and credentials are what they must agree on.
#[test]
fn every_provider_has_an_emulator_that_asks_for_what_it_sends() {
    let of_emulator = |emulator: &&'static dyn VendorEmulator| {
        (emulator.name(), emulator.backend(), emulator.credential_headers().to_vec())
    };
    let of_provider = |provider: &&'static dyn Provider| {
        let env = [("DD_SITE", "datadoghq.eu"), ("WAVEFRONT_ADDRESS", "acme.wavefront.com")];
        let endpoint = settings(*provider, None, &env).expect("a host is all that is needed").endpoint;
        let headers = endpoint.credentials.iter().map(|credential| credential.header).collect();
        (provider.name(), provider.backend(), headers)
    };
    assert_eq!(
        vendors::ALL.iter().map(of_emulator).collect::<BTreeSet<_>>(),
        providers::ALL.iter().map(of_provider).collect::<BTreeSet<(_, _, Vec<&str>)>>()
    );
}

#[test]
fn a_config_names_no_host_but_the_vendors_own() {
    for provider in providers::ALL {
        for key in provider.settings_block().fields.keys() {
            for host in ELSEWHERE {
                let Ok(settings) = settings(
                    *provider,
                    Some((key, host)),
                    &[("DD_SITE", "datadoghq.eu"), ("WAVEFRONT_ADDRESS", "acme.wavefront.com")],
                ) else {
                    continue;
                };
                let own = settings
                    .endpoint
                    .base
                    .strip_prefix("https://")
                    .is_some_and(|host| (provider.meta().hosts.is_own)(host));
                assert!(own, "{} with {key}: {host} goes to {}", provider.name(), settings.endpoint.base);
            }
        }
        assert!(
            !(provider.meta().hosts.is_own)("evil.example")
                && !(provider.meta().hosts.is_own)("localhost")
                && !(provider.meta().hosts.is_own)(""),
            "{}",
            provider.name()
        );
    }
}

#[test]
fn the_environment_names_any_host_with_tls_and_without_it_only_this_machine() {
    for provider in providers::ALL {
        let variable = provider.meta().hosts.variable;
        let with = |host: &str| {
            settings(*provider, None, &[(variable, host), ("DD_SITE", "datadoghq.eu")])
                .map(|settings| settings.endpoint.base)
        };
        for (host, base) in [
            ("https://proxy.example", "https://proxy.example"),
            ("https://proxy.example:8443/", "https://proxy.example:8443"),
            ("HTTPS://Proxy.Example/", "https://proxy.example"),
            ("http://127.0.0.1:8126", "http://127.0.0.1:8126"),
            ("http://localhost:8126/", "http://localhost:8126"),
            ("http://[::1]:8126", "http://[::1]:8126"),
        ] {
            assert_eq!(with(host).as_deref(), Ok(base), "{variable}={host}");
        }
        for host in [
            "http://proxy.example",
            "http://192.0.2.1:8126",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1%2eevil.example",
            "http://127.0.0.1@evil.example",
            "http://127.0.0.1:99999",
            "http://[::1",
            "ftp://127.0.0.1",
            "https://me:hunter2@proxy.example",
            "https://proxy.example/?x=1",
            "https://proxy.example/#x",
            "https://",
            "https://two words",
            "http://127.0.0.1\t:9",
        ] {
            let wrong = with(host).expect_err(host);
            assert!(wrong.contains(variable) && !wrong.contains("hunter2"), "{variable}={host}: {wrong}");
        }
    }
}

#[test]
fn an_address_in_a_pull_request_gets_no_token() {
    let folder = Folder::new("stranger");
    let (nobody, url) = Nobody::home();
    let host = url.trim_start_matches("http://").replace("127.0.0.1", "localhost");
    for address in [host.clone(), format!("https://{host}"), url.clone()] {
        folder.write("heeler.yaml", &format!("version: 1\nproviders: {{ wavefront: {{ address: \"{address}\" }} }}\n"));
        for set in [None, Some("acme.wavefront.com"), Some("http://127.0.0.1:9")] {
            let mut command = folder.heeler("plan");
            command.env("WAVEFRONT_TOKEN", support::WAVEFRONT_TOKEN).envs(set.map(|set| ("WAVEFRONT_ADDRESS", set)));
            Run::of(&mut command).exits(5).says(&["heeler.yaml:2:", "WAVEFRONT_ADDRESS"]);
        }
    }
    assert_eq!(nobody.visitors(), 0);
}

/// What every request would have twice; a proxy may have a path of its own.
#[test]
fn the_path_of_the_api_is_no_part_of_a_host() {
    let folder = Folder::new("api-path");
    let (nobody, url) = Nobody::home();
    folder.write("heeler.yaml", "version: 1\nproviders: { datadog: { site: datadoghq.eu } }\n");
    for path in ["/api/v2", "/api/v1/", "/api"] {
        let run = folder.run_at(&format!("{url}{path}"), "plan").exits(5);
        run.says(&["DD_HOST ends with /api", "write it without /api"]);
    }
    assert_eq!(nobody.visitors(), 0);
}

#[test]
fn this_machine_is_never_reached_through_a_proxy() {
    let folder = Folder::new("proxied");
    let (nobody, proxy) = Nobody::home();
    let url = parrot(|said| {
        match said.split(' ').nth(1) {
        Some(path) if path.starts_with("/aws/account") => "200 OK\r\n\r\n{\"accounts\":[]}".to_owned(),
        Some(path) if path.starts_with("/api/v2/cloudintegration") => {
            "200 OK\r\n\r\n{\"status\":{\"result\":\"OK\",\"code\":200},\"response\":{\"items\":[],\"offset\":0,\"limit\":100,\"totalItems\":0,\"moreItems\":false}}"
                .to_owned()
        }
        _ => "200 OK\r\n\r\n{\"data\":[]}".to_owned(),
    }
    });
    folder.write(
        "heeler.yaml",
        "version: 1\nproviders: { datadog: { site: datadoghq.eu }, cloudcraft: {}, wavefront: { address: acme.wavefront.com } }\n",
    );
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"] {
        Run::of(keyed(&mut folder.heeler("plan"), &url).env(variable, &proxy)).exits(0).says(&["no changes"]);
    }
    assert_eq!(nobody.visitors(), 0);
}
