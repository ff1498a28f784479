#!/usr/bin/env bash
# Keeps one comment of one's own on each of some pull requests. In: BODY (a file), NUMBERS, MARKER, NOTE, ONLY_EDIT, GH_TOKEN.
set -euo pipefail

marker="<!-- heeler:$MARKER -->"
text=$RUNNER_TEMP/heeler-comment.md

main() {
  {
    echo "$marker"
    cat "$BODY"
    if [ -n "$NOTE" ]; then printf '\n%s\n' "$NOTE"; fi
  } > "$text"
  for number in $NUMBERS; do
    # A locked conversation takes no comment; the run's summary holds the same text.
    comment_on "$number" || echo "::warning::The comment on #$number could not be written; the summary of this run holds its text."
  done
}

comment_on() {
  local comments="repos/$GITHUB_REPOSITORY/issues/$1/comments" comment
  # A marker proves nothing, since anybody can write one: the author counts too.
  local mine='[.[][] | select(.user.login == "github-actions[bot]" and (.body | startswith($marker)))][0].id // empty'
  gh api --paginate "$comments?per_page=100" > "$RUNNER_TEMP/heeler-comments.json" || return 1
  comment=$(jq -rs --arg marker "$marker" "$mine" "$RUNNER_TEMP/heeler-comments.json")
  if [ -n "$comment" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$comment" --field "body=@$text" --silent
  elif [ "$ONLY_EDIT" != true ]; then
    gh api --method POST "$comments" --field "body=@$text" --silent
  fi
}

main
