# shellcheck shell=bash
# What the scripts for every Odoo version share: a private database, a seed that makes the second start fast, a server
# that answers on loopback only. Sourced by odoo19.sh and odoo14.sh, which say where the code comes from.
#
# The sourcing script sets: NAME (such as odoo19), DIR, CACHE, PORT, DB, SUITE, PACKAGE, MODULES, WORKERS, CRON,
# DEBIAN_PACKAGES, and defines:
#   prepare_code       puts the code in place and sets CODE_KEY, which names it for the seed
#   odoo COMMAND ...   runs a command of Odoo in the foreground as the unprivileged account
#   odoo_server        the same for the server, replacing the calling process
#   answers            true when the server on $PORT answers
#   extra_settings     prints this version's own lines for the configuration
#   seed_python        prints the Python that makes a new database usable and writes the API key to $1

set -euo pipefail

ACCOUNT=odoo
UNIX_SOCKET_PATH_MAX=85
READY_SECONDS_MAX=120
STOP_SECONDS_MAX=20
LOCK_SECONDS_MAX=900
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
APT=(apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)

say() { printf '%s: [%4ss] %s\n' "$NAME" "$SECONDS" "$*" >&2; }
die() { printf '%s: %s\n' "$NAME" "$*" >&2; exit 1; }

# --- packages of the machine's own release

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_packages() (
  # One installation at a time: apt waits for some of its locks and gives up at once on others.
  exec 8>/run/lock/stockbridge-packages
  flock -w "$LOCK_SECONDS_MAX" 8 || die "another installation of packages has not ended"
  missing=()
  for package in "$@"; do installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || exit 0
  say "installing ${#missing[@]} Debian packages"
  # A PostgreSQL that comes with these packages makes no cluster of its own and starts none.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi
  "${APT[@]}" update || die "apt-get update failed"
  DEBIAN_FRONTEND=noninteractive "${APT[@]}" -o Dpkg::Options::=--force-unsafe-io --no-install-recommends \
    install "${missing[@]}" >"$DIR/apt.log" 2>&1 || { tail -n 20 "$DIR/apt.log" >&2; die "apt-get install failed"; }
)

# The mirror this machine already uses, so that its settings (proxy, dates, trust) hold for other suites too.
mirror() {
  local format='$(REPO_URI) $(CODENAME) $(COMPONENT)' found
  found=$(apt-get indextargets --format "$format" 'Identifier: Packages' 2>/dev/null |
    awk -v release="$1" '$2 == release && $3 == "main" { print $1; exit }')
  [ -n "$found" ] || return 1
  printf '%s\n' "$found"
}

apt_source() {
  local release uri
  release=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  uri=$(mirror "$release") || { "${APT[@]}" update; uri=$(mirror "$release"); } || die "apt knows no mirror for $release"
  printf 'deb [signed-by=%s] %s %s main\n' "$KEYRING" "$uri" "$SUITE"
}

# Downloads $PACKAGE of another suite into the folder $1 without touching the machine's own package lists.
download_package() {
  local into=$1 state=$DIR/apt options
  rm -rf "$state"
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/download" "$into"
  : >"$state/status"
  apt_source >"$state/sources.list"
  options=(-o "Dir::Etc::SourceList=$state/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null -o "Dir::State::Lists=$state/lists"
    -o "Dir::State::Status=$state/status" -o "Dir::Cache=$state/cache" -o APT::Default-Release=
    -o Acquire::Languages=none -o APT::Sandbox::User=root)
  apt-get -qq "${options[@]}" update || die "the suite $SUITE cannot be read"
  (cd "$state/download" && apt-get -qq "${options[@]}" download "$PACKAGE") || die "the suite $SUITE has no $PACKAGE"
  mv "$state"/download/*.deb "$into/"
  rm -rf "$state"
}

# Unpacks Odoo's code alone into the root folder $2: no translations, films or browser tests.
unpack_code() {
  dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --no-same-owner --exclude='*.po' --exclude='*.pot' \
    --exclude='*/static/description/*.gif' --exclude='*/static/tests/*' \
    --wildcards './usr/lib/python3/dist-packages/odoo/*' './usr/bin/*'
}

# --- the account and the private PostgreSQL

make_account() {
  id "$ACCOUNT" >/dev/null 2>&1 || useradd -r -M -d /nonexistent -s /usr/sbin/nologin "$ACCOUNT" 2>/dev/null ||
    id "$ACCOUNT" >/dev/null || die "the account $ACCOUNT cannot be made"
  local folder
  for folder in home data log sock; do
    mkdir -p "$DIR/$folder"
    chown "$ACCOUNT:" "$DIR/$folder"
  done
}

postgres_bin() { dirname "$(ls -d /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)"; }

as_account() {
  (cd "$DIR/home" && exec setpriv --reuid="$ACCOUNT" --regid="$ACCOUNT" --init-groups env -i HOME="$DIR/home" \
    PATH="/usr/bin:/bin:$PGBIN" LANG=C.UTF-8 TZ=UTC PYTHONPATH="$DIR/odoo" PGHOST="$DIR/sock" PGUSER="$ACCOUNT" \
    PGDATABASE=postgres "$@")
}

postgres_running() { [ -d "$DIR/pg" ] && as_account "$PGBIN/pg_ctl" -D "$DIR/pg" status >/dev/null 2>&1; }
stop_postgres() { ! postgres_running || as_account "$PGBIN/pg_ctl" -D "$DIR/pg" -w -m fast stop >/dev/null; }
start_postgres() {
  postgres_running || as_account "$PGBIN/pg_ctl" -D "$DIR/pg" -l "$DIR/log/postgres.log" -w start >/dev/null 9>&- ||
    die "PostgreSQL did not start, see $DIR/log/postgres.log"
}

# A database for tests that can be made again at any time: it need not survive a power cut.
make_cluster() {
  mkdir -p "$DIR/pg"
  chown "$ACCOUNT:" "$DIR/pg"
  chmod 700 "$DIR/pg"
  as_account "$PGBIN/initdb" -N -D "$DIR/pg" -A trust -E UTF8 --locale=C.UTF-8 -U "$ACCOUNT" >"$DIR/log/initdb.log" 2>&1 ||
    { tail -n 20 "$DIR/log/initdb.log" >&2; die "initdb failed"; }
  cat >>"$DIR/pg/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$DIR/sock'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 1GB
shared_buffers = 256MB
jit = off
SETTINGS
}

# --- the database of Odoo, from the cache or made anew

write_settings() {
  cat >"$DIR/odoo.conf" <<SETTINGS
[options]
admin_passwd = admin
db_host = $DIR/sock
db_port = 5432
db_user = $ACCOUNT
db_maxconn = 32
data_dir = $DIR/data
http_interface = 127.0.0.1
http_port = $PORT
dbfilter = ^$DB\$
list_db = False
log_level = info
workers = $WORKERS
max_cron_threads = $CRON
limit_time_cpu = 600
limit_time_real = 1200
SETTINGS
  extra_settings >>"$DIR/odoo.conf"
  chmod 644 "$DIR/odoo.conf"
}

prepare_database() {
  local key seed
  key=$({ printf '%s\n' "$CODE_KEY" "$MODULES" "$DB" "$("$PGBIN/postgres" --version)"; seed_python KEY; } | sha256sum | cut -c1-16)
  seed=$CACHE/$NAME-seed-$key.tar.zst
  [ "$(cat "$DIR/pg/.seed" 2>/dev/null)" != "$key" ] || return 0
  stop_postgres
  rm -rf "$DIR/pg" "$DIR/data"
  mkdir -p "$DIR/data"
  chown "$ACCOUNT:" "$DIR/data"
  if [ -s "$seed" ]; then
    tar -C "$DIR" --zstd -xpf "$seed"
    chown -R "$ACCOUNT:" "$DIR/pg" "$DIR/data"
    sed -i "s#^unix_socket_directories.*#unix_socket_directories = '$DIR/sock'#" "$DIR/pg/postgresql.conf"
    say "database taken from the cache"
  else
    make_seed "$seed"
  fi
  printf '%s\n' "$key" >"$DIR/pg/.seed"
}

make_seed() {
  make_cluster
  start_postgres
  say "installing Odoo's modules (minutes)"
  odoo server -c "$DIR/odoo.conf" -d "$DB" -i "$MODULES" --without-demo="$WITHOUT_DEMO" --stop-after-init --no-http \
    >"$DIR/log/init.log" 2>&1 || { grep -v ' INFO ' "$DIR/log/init.log" | tail -n 20 >&2; die "modules were not installed"; }
  seed_python "$DIR/data/api-key" | odoo shell -c "$DIR/odoo.conf" -d "$DB" --no-http --log-level=error \
    >"$DIR/log/seed.log" 2>&1 || true
  [ -s "$DIR/data/api-key" ] || { tail -n 20 "$DIR/log/seed.log" >&2; die "the new database could not be set up"; }
  as_account psql -qc 'vacuum analyze' "$DB"
  as_account psql -qc "create database \"${DB}_template\" template \"$DB\""
  rm -rf "$DIR/data/template"
  as_account cp -a "$DIR/data/filestore/$DB" "$DIR/data/template"
  stop_postgres
  tar -C "$DIR" --exclude=postmaster.pid --exclude=sessions -cf - pg data | zstd -q -3 -T0 -f -o "$1.part"
  mv "$1.part" "$1"
  say "database made and kept in the cache ($(du -m "$1" | cut -f1) MiB)"
}

reset_database() {
  as_account psql -qc "drop database if exists \"$DB\" with (force)"
  as_account psql -qc "create database \"$DB\" template \"${DB}_template\""
  rm -rf "$DIR/data/filestore/$DB"
  as_account cp -a "$DIR/data/template" "$DIR/data/filestore/$DB"
  say "database reset"
}

# --- the server

server_pid() { cat "$DIR/odoo.pid" 2>/dev/null; }

# True when the pid file names a process that is truly this server, not a later process of the same number.
server_alive() {
  local pid
  pid=$(server_pid) && [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$DIR/odoo.conf"
}

stop_server() {
  if server_alive; then
    local pid left=$((STOP_SECONDS_MAX * 4))
    pid=$(server_pid)
    kill "$pid" 2>/dev/null || true
    while kill -0 "$pid" 2>/dev/null && [ $((left--)) -gt 0 ]; do sleep 0.25; done
    kill -9 "$pid" 2>/dev/null || true
  fi
  rm -f "$DIR/odoo.pid"
}

start_server() {
  local pid left=$((READY_SECONDS_MAX * 4))
  if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then die "port $PORT is taken; choose another with ${NAME^^}_PORT"; fi
  (odoo_server) >>"$DIR/log/odoo.log" 2>&1 </dev/null 9>&- &
  pid=$!
  echo "$pid" >"$DIR/odoo.pid"
  until answers; do
    kill -0 "$pid" 2>/dev/null || { tail -n 20 "$DIR/log/odoo.log" >&2; die "the server ended at its start"; }
    [ $((left--)) -gt 0 ] || die "the server did not answer within $READY_SECONDS_MAX s"
    sleep 0.25
  done
  server_alive || die "what answers on port $PORT is not this server"
  json_rpc '{"service":"common","method":"authenticate","args":["'"$DB"'","admin","admin",{}]}' 60 |
    grep -q '"result": [0-9]' || die "the administrator cannot log in"
}

json_rpc() {
  curl -fsS -m "${2:-5}" -H 'content-type: application/json' \
    -d '{"jsonrpc":"2.0","method":"call","id":1,"params":'"$1"'}' "http://127.0.0.1:$PORT/jsonrpc" 2>/dev/null
}

report() {
  printf 'url=http://127.0.0.1:%s db=%s user=admin password=admin api_key=%s pid=%s log=%s\n' \
    "$PORT" "$DB" "$(cat "$DIR/data/api-key")" "$(server_pid)" "$DIR/log/odoo.log"
}

# --- commands

up() {
  [ -e /etc/debian_version ] || die "this script knows Debian only"
  mkdir -p "$DIR" "$CACHE"
  chmod 755 "$DIR"
  DIR=$(readlink -f "$DIR") CACHE=$(readlink -f "$CACHE")
  [ ${#DIR} -le $UNIX_SOCKET_PATH_MAX ] || die "the path of the folder is too long for a unix socket"
  exec 9>"$DIR/lock"
  flock -w "$LOCK_SECONDS_MAX" 9 || die "another start has not ended"
  if [ "${1:-}" != --reset ] && server_alive && answers; then report; return; fi
  install_packages "${DEBIAN_PACKAGES[@]}"
  PGBIN=$(postgres_bin)
  make_account
  stop_server
  prepare_code
  write_settings
  prepare_database
  start_postgres
  [ "${1:-}" != --reset ] || reset_database
  start_server
  say "ready"
  report
}

down() {
  [ -d "$DIR" ] || return 0
  DIR=$(readlink -f "$DIR")
  stop_server
  if [ -d "$DIR/pg" ]; then PGBIN=$(postgres_bin); stop_postgres; fi
  [ "${1:-}" != --purge ] || rm -rf --one-file-system "$DIR"
  say "stopped"
}

status() { server_alive && answers && report; }

# A server that runs is found on the port it was started with, whatever the default is.
use_running_port() {
  local given=${NAME^^}_PORT
  if [ -z "${!given:-}" ] && server_alive; then PORT=$(awk '$1 == "http_port" { print $3 }' "$DIR/odoo.conf"); fi
}

main() {
  local command=${1:-}
  case $command:${2:-} in
    up: | up:--reset | down: | down:--purge | status:) ;;
    *) die "usage: ${0##*/} up [--reset] | down [--purge] | status" ;;
  esac
  use_running_port
  if [ "$command" = status ]; then status; return; fi
  [ "$(id -u)" = 0 ] || die "needs root: it installs packages and runs the server as the account $ACCOUNT"
  "$command" "${2:-}"
}
