import { named } from './named.ts';
import type { Program } from './types.ts';

const changes = (more: Partial<Program> = {}): Program => ({ does: 'changes', ...more });
const destroys = (why: string, more: Partial<Program> = {}): Program => ({ does: 'destroys', why, ...more });
const never = (why: string): Program => ({ does: 'never', why });

const DOCKER_GLOBAL =
  '-c:^ --context=^ --config=! -D --debug -H:! --host=! -l: --log-level= --tls^ --tlscacert=^ --tlscert=^ --tlskey=^ --tlsverify^ -v --version --help';

/** Programs that work on the machine rather than on the project. */
export const SYSTEM: Readonly<Record<string, Program>> = {
  ...named(
    `mkfs mke2fs mkswap fdisk sfdisk gdisk sgdisk cfdisk parted wipefs hdparm badblocks mdadm lvremove vgremove pvremove zpool zfs
       cryptsetup diskutil newfs blkdiscard e2fsck fsck resize2fs tune2fs debugfs format dmsetup losetup nvme`,
    never('it works on disks'),
  ),
  ...named('shutdown reboot halt poweroff init telinit kexec pm-suspend', never('it stops the machine')),
  ...named('crontab at batch anacron atrm launchctl systemd-run schtasks incrontab', never('it plans commands that run later')),
  ...named(
    `insmod rmmod modprobe kmod depmod sysctl setenforce auditctl aa-disable bpftool bpftrace perf ldconfig update-alternatives chpasswd
       grub-install update-grub efibootmgr`,
    never('it changes the system'),
  ),
  ...named(
    `useradd userdel usermod adduser deluser groupadd groupdel groupmod passwd chsh chfn visudo vipw vigr gpasswd newusers dscl pwconv
       sudoedit`,
    never('it changes who may use the machine'),
  ),
  ...named('iptables ip6tables nft ufw firewall-cmd pfctl tc brctl tcpdump tshark ettercap', never('it changes or listens to the network of the machine')),
  ...named('route ifconfig ip arp iwconfig nmcli resolvectl networksetup nmap', destroys('it works on the network of the machine')),
  ...named('mount umount swapon swapoff pivot_root fusermount fusermount3', never('it changes what the file system is')),
  ...named(
    'nsenter gdb lldb ptrace reptyr dbus-send gdbus busctl loginctl machinectl setcap capsh xdotool osascript screencapture',
    never('it reaches into other programs'),
  ),
  ...named('pkexec runuser setpriv su', destroys('it takes the rights of another user')),
  ...named('systemctl service journalctl rc-service hostnamectl timedatectl localectl', destroys('it works on services of the machine')),
  ...named('kill pkill killall xkill skill renice fuser', destroys('it ends other programs')),
  ...named(
    'apt apt-get dpkg yum dnf rpm pacman zypper apk snap flatpak brew port nix-env emerge softwareupdate mas choco winget scoop',
    destroys('it changes what is installed on the machine'),
  ),
  ...named('env printenv dc xclip xsel pbpaste wl-paste', changes()),
  ...named(
    `dmesg last lastlog w top htop iostat sar lsmod lspci lsusb dmidecode ulimit disown bg fg suspend logout caller pushd popd shopt mapfile
       readarray getopts declare typeset readonly times dirs help logger notify-send say open xdg-open sqlite3 psql mysql redis-cli mongosh
       screen tmux expect sync`,
    changes(),
  ),
  podman: { does: 'changes' },
  nerdctl: { does: 'changes' },
  docker: {
    does: 'changes',
    style: 'words',
    options: DOCKER_GLOBAL,
    commands: {
      ...named(
        `ps images logs inspect version info top stats port diff history events search build buildx compose pull start stop restart wait tag
       create run image network volume container rename pause unpause scout`,
        changes(),
      ),
      ...named(
        'rm rmi kill system builder swarm stack service secret config node context plugin trust manifest',
        destroys('it deletes or changes what is shared'),
      ),
      ...named('exec cp attach commit export import load save update', changes()),
      ...named('login logout push', destroys('it speaks for the account')),
    },
  },
};
