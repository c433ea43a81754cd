#!/bin/sh
# The password comes as SQL_PASSWORD, never on a command line.
# Makes Temporal's two databases, or brings their schemas up to date. Run once, before the server, by admin-tools.
set -eu

tool() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" -p "$SQL_PORT" -u "$SQL_USER" --db "$database" "$@"
}

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  schema=/etc/temporal/schema/postgresql/v12/${pair##*:}/versioned
  # Both fail harmlessly where the database or its version table is there already; the update then says what is wrong, if anything.
  tool "$database" create || true
  tool "$database" setup-schema -v 0.0 || true
  tool "$database" update-schema -d "$schema"
done
