//! Words in messages: shortened, listed, and what may have been meant.

/// A word as it may stand in a message: its beginning, if it is long.
pub fn brief(word: &str) -> String {
    const MAX_LENGTH: usize = 80;
    match word.char_indices().nth(MAX_LENGTH) {
        Some((end, _)) => format!("{}...", &word[..end]),
        None => word.to_owned(),
    }
}

/// Names with commas between them: the first twenty, and how many more there are.
pub fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MAX_LISTED: usize = 20;
    let mut names = names.into_iter();
    let shown: Vec<String> = names.by_ref().take(MAX_LISTED).map(brief).collect();
    let more = names.count();
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// `"did you mean `x`?"` for the nearest of `known`, if one is near.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const MAX_COMPARED: usize = 1_000;
    const MAX_LENGTH: usize = 200;
    const NEAR: f64 = 0.8;
    if word.len() > MAX_LENGTH {
        return None;
    }
    let word = word.to_lowercase();
    let slips_of_one = (word.chars().count() / 3).max(1);
    let near = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let similar = strsim::jaro_winkler(&word, &candidate);
        let is_a_slip = similar <= NEAR && strsim::osa_distance(&word, &candidate) <= slips_of_one;
        if is_a_slip { NEAR + 0.01 } else { similar }
    };
    let candidates = known.into_iter().take(MAX_COMPARED).filter(|known| known.len() <= MAX_LENGTH);
    let (best, candidate) =
        candidates.map(|candidate| (near(candidate), candidate)).max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (best > NEAR).then(|| format!("did you mean `{candidate}`?"))
}
