#!/usr/bin/env bash
# Brings a real Odoo 14 up on Debian 12: Debian's package odoo-14 of bullseye, in a small root folder that holds that
# release's Python 3.9 and libraries. The mounts live in the server's own mount namespace and end with it. See README.md.
#   odoo14.sh up [--reset] | down [--purge] | status
NAME=odoo14
DIR=${ODOO14_DIR:-/var/tmp/stockbridge-odoo14}
CACHE=${ODOO14_CACHE:-$DIR/cache}
PORT=${ODOO14_PORT:-8169}
DB=${ODOO14_DB:-hub14}
SUITE=${ODOO14_SUITE:-bullseye}
PACKAGE=odoo-14
WORKERS=${ODOO14_WORKERS:-0}
CRON=${ODOO14_CRON:-0}
WITHOUT_DEMO=all
MODULES=${ODOO14_MODULES:-l10n_generic_coa,sale_management,stock,sale_stock,account,delivery,sale_coupon,sale_coupon_delivery,purchase_stock,base_automation}

DEBIAN_PACKAGES=(postgresql-15 mmdebstrap curl zstd xz-utils util-linux)
PYTHON_PACKAGES=python3
for library in pkg-resources babel chardet dateutil decorator docutils feedparser freezegun gevent html2text idna jinja2 \
  libsass lxml mako mock num2words ofxparse openssl passlib pil polib psutil psycopg2 pyparsing pypdf2 qrcode reportlab \
  requests serial stdnum suds tz usb vobject werkzeug xlrd xlsxwriter xlwt zeep; do
  PYTHON_PACKAGES+=",python3-$library"
done
ODOO=(/usr/bin/python3 -W ignore /usr/bin/odoo)

prepare_code() {
  local key archive
  key=$(printf '%s' "$SUITE $PACKAGE $PYTHON_PACKAGES 1" | sha256sum | cut -c1-16)
  archive=$CACHE/$NAME-root-$key.tar.zst
  if [ ! -s "$archive" ]; then build_root "$archive"; fi
  if [ "$(cat "$DIR/root/.key" 2>/dev/null)" != "$key" ]; then
    rm -rf --one-file-system "$DIR/root"
    tar -C "$DIR" --numeric-owner --zstd -xpf "$archive"
    printf '%s\n' "$key" >"$DIR/root/.key"
    say "root folder unpacked"
  fi
  CODE_KEY="$key $(cat "$DIR/root/.package")"
  local uid gid
  uid=$(id -u "$ACCOUNT") gid=$(id -g "$ACCOUNT")
  printf 'root:x:0:0::/root:/bin/sh\n%s:x:%s:%s::%s:/usr/sbin/nologin\n' "$ACCOUNT" "$uid" "$gid" "$DIR/home" >"$DIR/root/etc/passwd"
  printf 'root:x:0:\n%s:x:%s:\n' "$ACCOUNT" "$gid" >"$DIR/root/etc/group"
  echo '127.0.0.1 localhost' >"$DIR/root/etc/hosts"
  mkdir -p "$DIR/root$DIR"
}

# Packages are unpacked, not configured: no PDF printer, no desktop. Only the plain suite is read, because the index of
# its security updates names packages that mirrors have dropped since.
build_root() {
  local new=$DIR/new line package apt_options=() path
  say "building the root folder from $SUITE (a minute or two)"
  rm -rf --one-file-system "$new"
  mkdir -p "$new/deb"
  apt_options=(--aptopt='Acquire::Languages "none"')
  while IFS= read -r line; do apt_options+=("--aptopt=$line"); done < <(apt-config dump |
    grep -E '^Acquire::(Check-Valid-Until|Check-Date|https?::Proxy|Retries) "[^"]+";')
  for path in doc man locale perl; do apt_options+=("--dpkgopt=path-exclude=/usr/share/$path/*"); done
  mmdebstrap --mode=root --variant=extract --format=dir --include="$PYTHON_PACKAGES" "${apt_options[@]}" \
    "$SUITE" "$new/root" "$(apt_source)" >"$DIR/mmdebstrap.log" 2>&1 ||
    { tail -n 20 "$DIR/mmdebstrap.log" >&2; die "the root folder could not be built"; }
  download_package "$new/deb"
  package=$(ls "$new/deb/$PACKAGE"_*.deb)
  unpack_code "$package" "$new/root"
  (cd "$new/root" && rm -rf var/lib/apt var/cache dev usr/include usr/lib/*-linux-gnu/perl &&
    mkdir -p dev proc tmp var/tmp etc && chmod 1777 tmp var/tmp)
  # Compiled once here; a module that does not compile is one that Odoo never loads.
  chroot "$new/root" /usr/bin/python3 -W ignore -m compileall -q -j 2 /usr/lib/python3/dist-packages /usr/lib/python3.9 >/dev/null 2>&1 || true
  basename "$package" >"$new/root/.package"
  tar -C "$new" --numeric-owner -cf - root | zstd -q -3 -T0 -f -o "$1.part"
  mv "$1.part" "$1"
  rm -rf --one-file-system "$new"
}

# Runs in the root folder as the account, with $DIR at its own path. Arguments after the command are passed as they are.
INSIDE='mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount --bind "$2" "$1$2" || exit 97
exec env -i HOME="$2/home" USER="$3" PATH=/usr/bin:/bin LANG=C.UTF-8 TZ=UTC PGHOST="$2/sock" PGUSER="$3" \
  /usr/sbin/chroot --userspec="$4:$5" --groups="$5" "$1" "${@:6}"'
inside_command() {
  command=(unshare --mount --propagation private bash -c "$INSIDE" "$NAME" "$DIR/root" "$DIR" "$ACCOUNT"
    "$(id -u "$ACCOUNT")" "$(id -g "$ACCOUNT")" "${ODOO[@]}" "$@")
}

odoo() {
  local command
  inside_command "$@"
  "${command[@]}"
}

# The server's process keeps the number that is noted for it: every step replaces the one before.
odoo_server() {
  local command
  inside_command server -c "$DIR/odoo.conf" -d "$DB"
  exec setsid "${command[@]}"
}

# This version has no health page.
answers() { json_rpc '{"service":"common","method":"version","args":[]}' | grep -q '"server_serie": "14.0"'; }

extra_settings() { echo "longpolling_port = $((PORT + 3))"; }

seed_python() {
  cat <<PYTHON
company = env.company
if not company.chart_template_id:
    env.ref('l10n_generic_coa.configurable_chart_template').try_loading(company=company)

env.ref('base.USD').active = True
if company.currency_id.name != 'USD':
    company.currency_id = env.ref('base.USD')

settings = env['ir.config_parameter'].sudo()
settings.set_param('iap.endpoint', 'http://127.0.0.1:1')
admin = env.ref('base.user_admin')
admin.write({'password': 'admin', 'tz': 'UTC'})
key = env['res.users.apikeys'].with_user(admin)._generate('rpc', 'stockbridge')
env.cr.commit()
open('$1', 'w').write(key)
PYTHON
}

# shellcheck source=tools/odoo/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
main "$@"
