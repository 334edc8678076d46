# The few commands of this repository. `just --list` shows them.

# Everything that must hold before a change is merged (some 15 minutes on two cores)
ci:
    .ci/run

# The tests whose names hold FILTER, or all
test FILTER='':
    cargo test --locked -- {{FILTER}}

# Rewrites goldens, tables of docs/data.md, man pages and completions: look at the diff
bless:
    TRACKERSYNC_BLESS=1 cargo test --locked --test suite
    TRYCMD=overwrite TRACKERSYNC_BLESS=1 cargo test --locked --test docs
    git diff --stat

# One fuzz target for some seconds (needs a nightly compiler and cargo-fuzz)
fuzz TARGET='reader' SECONDS='60':
    cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}}

# The speed of each part against its target
bench:
    cargo bench --locked

# What a release holds, for this machine, and each of it installed in a clean place
package:
    .ci/package
    .ci/try-packages
