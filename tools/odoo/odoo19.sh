#!/usr/bin/env bash
# Brings a real Odoo 19 up on Debian 12: Debian's package odoo-19 of a newer suite, unpacked beside the machine's own
# Python 3.11 and libraries. See README.md beside this file.
#   odoo19.sh up [--reset] | down [--purge] | status
NAME=odoo19
DIR=${ODOO19_DIR:-/var/tmp/stockbridge-odoo19}
CACHE=${ODOO19_CACHE:-$DIR/cache}
PORT=${ODOO19_PORT:-8069}
DB=${ODOO19_DB:-hub}
SUITE=${ODOO19_SUITE:-sid}
PACKAGE=odoo-19
WORKERS=${ODOO19_WORKERS:-0}
CRON=${ODOO19_CRON:-0}
WITHOUT_DEMO=True
MODULES=${ODOO19_MODULES:-rpc,sale_management,stock,sale_stock,account,delivery,stock_delivery,loyalty,sale_loyalty,purchase_stock,base_automation}

DEBIAN_PACKAGES=(postgresql-15 curl zstd xz-utils util-linux python3)
for library in asn1crypto babel cbor2 chardet cryptography dateutil docutils freezegun geoip2 gevent greenlet idna jinja2 \
  libsass lxml magic markupsafe num2words ofxparse openpyxl openssl passlib pil polib psutil psycopg2 pypdf tz qrcode \
  reportlab requests rjsmin serial stdnum urllib3 usb vobject werkzeug xlrd xlsxwriter xlwt zeep; do
  DEBIAN_PACKAGES+=("python3-$library")
done

prepare_code() {
  local package
  package=$(ls -t "$CACHE/$PACKAGE"_*.deb 2>/dev/null | head -n 1 || true)
  if [ -z "$package" ]; then
    say "downloading $PACKAGE from $SUITE"
    download_package "$CACHE"
    package=$(ls -t "$CACHE/$PACKAGE"_*.deb | head -n 1)
  fi
  CODE_KEY=$(basename "$package")
  [ "$(cat "$DIR/root/.package" 2>/dev/null)" != "$CODE_KEY" ] || return 0
  rm -rf "$DIR/root"
  mkdir -p "$DIR/root"
  unpack_code "$package" "$DIR/root"
  ln -sfn root/usr/lib/python3/dist-packages "$DIR/odoo"
  printf '%s\n' "$CODE_KEY" >"$DIR/root/.package"
  say "unpacked $CODE_KEY"
}

odoo() { as_account /usr/bin/python3 -m odoo "$@"; }

odoo_server() {
  cd "$DIR/home"
  exec setsid setpriv --reuid="$ACCOUNT" --regid="$ACCOUNT" --init-groups env -i HOME="$DIR/home" PATH="/usr/bin:/bin:$PGBIN" \
    LANG=C.UTF-8 TZ=UTC PYTHONPATH="$DIR/odoo" /usr/bin/python3 -m odoo server -c "$DIR/odoo.conf" -d "$DB"
}

answers() { curl -fsS -m 5 -o /dev/null "http://127.0.0.1:$PORT/web/health" 2>/dev/null; }

extra_settings() { echo "gevent_port = $((PORT + 3))"; }

seed_python() {
  cat <<PYTHON
company = env.company
assert company.currency_id.name == 'USD', company.currency_id.name
if not company.chart_template:
    env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)

settings = env['ir.config_parameter'].sudo()
settings.set_param('iap.endpoint', 'http://127.0.0.1:1')
admin = env.ref('base.user_admin')
admin.write({'password': 'admin', 'tz': 'UTC'})
key = env['res.users.apikeys'].with_user(admin).sudo()._generate('rpc', 'stockbridge', False)
env.cr.commit()
open('$1', 'w').write(key)
PYTHON
}

# shellcheck source=tools/odoo/common.sh
. "$(dirname "$(readlink -f "$0")")/common.sh"
main "$@"
