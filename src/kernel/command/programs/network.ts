import { named } from './named.ts';
import type { Program } from './types.ts';

const changes = (options?: string, more: Partial<Program> = {}): Program => ({ does: 'changes', ...(options === undefined ? {} : { options }), ...more });
const destroys = (why: string, more: Partial<Program> = {}): Program => ({ does: 'destroys', why, ...more });
const never = (why: string): Program => ({ does: 'never', why });
const LISTENS = 'it opens a door to the network';

const CURL = `-# -0 -1 -2 -3 -4 -6 -a -A: -b:< -B -c:> -C: -d: -D:> -e: -f -F: -g -G -h? -H: -i -I -j -J -k^ -K:! -l -L -m: -M -n^ -N -o:> -O -p -P: -q -Q:^ -r: -R -s -S -t: -T:< -u:^ -U:^ -v -V -w: -x:^ -X: -y: -Y: -z: -Z --config=! --data= --data-ascii=
  --data-binary= --data-raw= --data-urlencode= --json= --form= --form-string= --url= --url-query= --output=> --output-dir=> --remote-name --remote-name-all --remote-header-name --create-dirs --location --location-trusted^ --max-redirs= --header=
  --request= --head --include --get --silent --show-error --fail --fail-with-body --fail-early --compressed --verbose --max-time= --connect-timeout= --retry= --retry-delay= --retry-max-time= --retry-all-errors --retry-connrefused --user-agent= --referer=
  --cookie=< --cookie-jar=> --dump-header=> --write-out= --range= --continue-at= --http0.9 --http1.0 --http1.1 --http2 --http3 --http2-prior-knowledge --ipv4 --ipv6 --parallel --parallel-max= --no-progress-meter --progress-bar --no-buffer --globoff
  --limit-rate= --max-filesize= --proto= --proto-default= --proto-redir= --tlsv1 --tlsv1.2 --tlsv1.3 --tls-max= --upload-file=< --trace=> --trace-ascii=> --stderr=> --time-cond= --etag-save=> --etag-compare=< --version --help? --no-sessionid --path-as-is
  --insecure^ --proxy=^ --preproxy=^ --socks5=^ --socks5-hostname=^ --socks4=^ --netrc^ --netrc-file=<^ --user=^ --oauth2-bearer=^ --cert=<^ --key=<^ --cacert=<^ --capath=<^ --resolve=^ --connect-to=^ --unix-socket=! --abstract-unix-socket=!
  --interface=^ --dns-servers=^ --doh-url=^ --quote=^ --engine=! --libcurl=>^ --post301 --post302 --post303 --next --styled-output --no-keepalive --keepalive-time= --noproxy=^ --raw --tr-encoding --xattr --ssl-reqd --disable --variable=^ --expand-url=^
  --expand-data=^`;

const WGET = `-4 -6 -a:> -A: -b^ -B: -c -d -D: -e:! -E -F -h -H -i:< -I: -k -K -l: -L -m -N -nc -nd -nH -np -nv -o:> -O:> -p -P:> -q -Q: -r -R: -S -t: -T: -U: -v -V -w: -x -X: --execute=! --output-document=> --output-file=> --append-output=> --input-file=<
  --directory-prefix=> --quiet --verbose --no-verbose --continue --timestamping --tries= --timeout= --wait= --recursive --level= --page-requisites --mirror --convert-links --no-parent --no-clobber --no-directories --spider --server-response --header=
  --user-agent= --referer= --max-redirect= --content-disposition --no-check-certificate^ --post-data= --post-file=<^ --body-data= --body-file=<^ --method= --load-cookies=< --save-cookies=> --use-askpass=! --config=! --user=^ --password=^ --http-user=^
  --http-password=^ --ca-certificate=<^ --certificate=<^ --private-key=<^ --accept= --reject= --progress= --show-progress --limit-rate= --retry-connrefused --compression= --https-only --background^ --preserve-permissions --unlink --warc-file=>`;

const SSH = `-4 -6 -a -A^ -B: -b: -c: -C -D:^ -E:> -e: -F:! -f -G -g^ -I:! -i:< -J:^ -K^ -k -L:^ -l: -M^ -m: -N -n -O:^ -o:^ -P: -p: -Q: -q -R:^ -S:^ -s -T -t -V -v -W:^ -w:^ -X^ -x -Y^ -y`;

/** What speaks to the network; hosts are judged where they are named. */
export const NETWORK: Readonly<Record<string, Program>> = {
  curl: changes(CURL),
  wget: changes(WGET),
  aria2c: changes(),
  http: changes(),
  https: changes(),
  xh: changes(),
  fetch: changes(),
  lynx: changes(),
  w3m: changes(),
  ping: changes('-4 -6 -a -A -b -B -c: -C -d -D -e: -f^ -F: -h -H -I: -i: -L -l: -M: -m: -n -N: -O -p: -Q: -q -R -r -S: -s: -T: -t: -U -v -V -w: -W:'),
  ping6: changes(),
  traceroute: changes(),
  tracepath: changes(),
  mtr: changes(),
  nslookup: changes(),
  dig: changes('-4 -6 -b: -c: -f:< -k:<^ -m -p: -q: -r -t: -u -v -x: -y:^ -h -i', { style: 'single' }),
  host: changes(),
  drill: changes(),
  getent: changes(),
  whois: changes(),
  ftp: destroys('it sends files away'),
  sftp: destroys('it sends files away'),
  tftp: destroys('it sends files away'),
  scp: destroys('it copies files to other machines', { options: '-3 -4 -6 -A^ -B -C -c: -D:! -F:! -i:< -J:^ -l: -O -o:^ -P: -p -q -r -R -S:! -s -T -v -X:' }),
  rsync: changes(
    `-0 -4 -6 -8 -a -A -b -B: -c -C -d -D -e:^ -E -f: -F -g -h -H -i -I -J -k -K -l -L -m -M:! -n -N -o -O -p -P -q -r -R -s -S -t -T:> -u -U -v -V -W -x -X -y -z --archive --recursive --relative --update --inplace --append --dirs --links --copy-links --perms
    --executability --chmod= --owner --group --devices --specials --times --dry-run --whole-file --checksum --existing --ignore-existing --remove-source-files^ --del^ --delete^ --delete-before^ --delete-during^ --delete-delay^ --delete-after^ --delete-excluded^
    --ignore-errors --force^ --max-delete= --max-size= --min-size= --partial --partial-dir= --delay-updates --prune-empty-dirs --numeric-ids --timeout= --size-only --fuzzy --compare-dest=< --copy-dest=< --link-dest=< --compress --compress-level= --cvs-exclude
    --filter= --exclude= --exclude-from=< --include= --include-from=< --files-from=< --from0 --port= --sockopts= --stats --human-readable --progress --itemize-changes --out-format= --log-file=> --bwlimit= --verbose --quiet --backup --backup-dir=> --suffix=
    --temp-dir=> --rsh=^ --rsync-path=! --password-file=<^ --early-input=<^ --list-only --version --help --info= --no-motd --mkpath --daemon! --config=! --copy-as=^ --super^`,
    { operands: 'into', fragile: true },
  ),
  rclone: destroys('it copies files to other machines'),
  ssh: destroys('it works on another machine', { options: SSH, style: 'words' }),
  mosh: destroys('it works on another machine'),
  telnet: destroys('it speaks to any server'),
  nc: destroys('it sends and takes anything over the network'),
  ncat: destroys('it sends and takes anything over the network'),
  netcat: destroys('it sends and takes anything over the network'),
  socat: destroys('it sends and takes anything over the network'),
  sshd: never(LISTENS),
  ngrok: never(LISTENS),
  cloudflared: never(LISTENS),
  'ssh-keygen': destroys('it makes and changes keys'),
  'ssh-add': destroys('it handles keys'),
  'ssh-agent': destroys('it handles keys'),
  'ssh-copy-id': destroys('it opens another machine'),
  gpg: destroys('it handles keys'),
  gpg2: destroys('it handles keys'),
  openssl: changes(undefined, {
    commands: {
      ...named('version dgst x509 rand req verify base64 enc asn1parse list passwd prime speed crl pkcs7 ciphers help', { does: 'changes' }),
      ...named('genrsa genpkey rsa pkey ec ecparam pkcs12 pkcs8 ca cms smime', destroys('it handles keys')),
      s_client: destroys('it sends and takes anything over the network'),
      s_server: never(LISTENS),
      engine: never('it loads code'),
    },
  }),
  mail: destroys('it sends mail'),
  mailx: destroys('it sends mail'),
  sendmail: destroys('it sends mail'),
  gh: changes(undefined, {
    style: 'words',
    commands: {
      ...named('pr issue run workflow release repo search status browse label cache project ruleset gist', { does: 'changes' }),
      api: destroys('it does whatever the account may'),
      auth: destroys('it handles credentials'),
      secret: destroys('it handles credentials'),
      'ssh-key': destroys('it handles keys'),
      'gpg-key': destroys('it handles keys'),
      extension: destroys('it installs programs'),
      alias: destroys('it changes what commands mean'),
      config: destroys('it changes what commands mean'),
      codespace: destroys('it works on another machine'),
    },
  }),
  aws: destroys('it changes things in the cloud'),
  gcloud: destroys('it changes things in the cloud'),
  az: destroys('it changes things in the cloud'),
  terraform: destroys('it changes things in the cloud', {
    commands: {
      fmt: changes(),
      validate: changes(),
      plan: changes(),
      version: changes(),
      providers: changes(),
      graph: changes(),
      show: changes(),
      output: changes(),
      init: changes(),
    },
    style: 'words',
  }),
  kubectl: changes(undefined, {
    style: 'words',
    commands: {
      ...named('get describe logs top explain version api-resources api-versions cluster-info diff wait rollout', { does: 'changes' }),
      ...named(
        `delete apply create edit patch replace scale drain cordon exec cp run port-forward proxy config label annotate attach debug set expose
       autoscale taint auth`,
        destroys('it changes a cluster'),
      ),
    },
  }),
  helm: destroys('it changes a cluster', {
    commands: { lint: changes(), template: changes(), list: changes(), version: changes(), status: changes() },
    style: 'words',
  }),
};
