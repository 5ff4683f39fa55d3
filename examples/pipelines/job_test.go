//go:build examples

package pipelines

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// pod is what this test reads of packaging/kubernetes/record-room.yaml.
type pod struct {
	RestartPolicy   string `yaml:"restartPolicy"`
	SecurityContext struct {
		FSGroup int `yaml:"fsGroup"`
	} `yaml:"securityContext"`
	Containers []struct {
		Command, Args []string
		Env           []struct{ Name, Value string }
		VolumeMounts  []struct {
			Name      string
			MountPath string `yaml:"mountPath"`
		} `yaml:"volumeMounts"`
		SecurityContext struct {
			RunAsUser              int  `yaml:"runAsUser"`
			ReadOnlyRootFilesystem bool `yaml:"readOnlyRootFilesystem"`
		} `yaml:"securityContext"`
	}
	Volumes []volume
}

type volume struct {
	Name     string
	EmptyDir *struct{} `yaml:"emptyDir"`
}

// container runs a program as Kubernetes would, in the manner of a small image of this machine's Debian: its arguments are
// the root's folder, the folder with the program, the user, the volumes' group, the mounts as FOLDER:PATH, a "--", and the command.
// Only the mounts are writable. Where the image has no home for its user, HOME is a folder that is not there.
const container = `
root=$1 program=$2 user=$3 group=$4
shift 4
mount -t tmpfs -o mode=755 tmpfs "$root"
cp -P /bin /sbin /lib /lib64 "$root"
mkdir "$root/usr" "$root/etc" "$root/image" "$root/proc" "$root/dev" "$root/tmp"
for folder in usr etc; do
  mount --bind "/$folder" "$root/$folder"
  mount -o remount,bind,ro "$root/$folder"
done
mount --bind "$program" "$root/image"
mount -o remount,bind,ro "$root/image"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
  mkdir -p "$root${1#*:}"
  mount --bind "${1%%:*}" "$root${1#*:}"
  shift
done
shift
mount -o remount,bind,ro "$root"
exec chroot "$root" setpriv --reuid "$user" --regid "$user" --groups "$group" --no-new-privs --inh-caps=-all --bounding-set=-all "$@"`

// TestJobRunsAsItsUserOnAReadOnlyRoot runs the Kubernetes Job with the user, the root and the volumes that it asks for. Server and
// network are this machine's.
func TestJobRunsAsItsUserOnAReadOnlyRoot(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Fatal("this test needs root, to make a root of its own and to become the Job's user: run it as root, or with sudo -E")
	}
	job := loadPod(t)
	user := job.Containers[0].SecurityContext.RunAsUser
	if user == 0 || !job.Containers[0].SecurityContext.ReadOnlyRootFilesystem {
		t.Fatal("the Job asks for no read-only root, or for no user")
	}
	if job.RestartPolicy != "Never" {
		t.Errorf("restartPolicy is %s. A second run in the same pod has the same folder, and writes its list over that of the first", job.RestartPolicy)
	}
	room := rig.Room(t)
	cmd, volumes := job.command(t, room)
	folder := filepath.Join(volumes["recordings"], room+"-pod")

	alice := rig.Publish(t, testpublisher.Config{Tone: true})
	p := start(t, cmd)
	awaitRecording(p, folder, "files of alice's picture and sound", func() bool { return load(t, folder).running() == 2 })
	p.awaitFrames(alice, alice.Frames()+30)
	if err := p.process.Signal(syscall.SIGTERM); err != nil { // as Kubernetes ends a pod
		t.Fatal(err)
	}
	p.succeed()

	if printed, _ := p.printed.Look(); printed != "" {
		t.Errorf("it has something to say:\n%s", printed)
	}
	r := load(t, folder)
	if r.Ended.IsZero() || len(r.Files) != 2 {
		t.Errorf("the list has %+v, want two files", r)
	}
	for _, f := range r.Files {
		name := filepath.Join(folder, f.File)
		if _, length := extent(t, name); f.State != "finished" || length < 0.5 {
			t.Errorf("%s is %s and lasts %v s, want at least half a second", f.File, f.State, length)
		}
		if info, err := os.Stat(name); err != nil || int(info.Sys().(*syscall.Stat_t).Uid) != user {
			t.Errorf("%s is not the user's: %v, %v", f.File, info, err)
		}
	}
	if made, _ := filepath.Glob(filepath.Join(volumes["cache"], "gstreamer-1.0", "registry.*.bin")); len(made) != 1 {
		t.Error("GStreamer has not kept its list of plugins, so each run makes it anew")
	}
}

func loadPod(t *testing.T) pod {
	t.Helper()
	var job struct {
		Spec struct {
			Template struct{ Spec pod }
		}
	}
	text, err := os.ReadFile("../../packaging/kubernetes/record-room.yaml")
	if err == nil {
		err = yaml.Unmarshal(text, &job)
	}
	if err != nil {
		t.Fatal(err)
	}
	return job.Spec.Template.Spec
}

// command is what runs in the pod's container, for a room, and the folders of its volumes by their names. The pod's own name is "pod".
func (p pod) command(t *testing.T, room string) (*exec.Cmd, map[string]string) {
	t.Helper()
	c, volumes := p.Containers[0], map[string]string{}
	program := filepath.Dir(build(t, "../record-room"))
	if err := os.Rename(filepath.Join(program, "program"), filepath.Join(program, c.Command[0])); err != nil {
		t.Fatal(err)
	}
	arguments := []string{
		"--mount", "--propagation", "private", "sh", "-ec", container, "container",
		t.TempDir(), program, strconv.Itoa(c.SecurityContext.RunAsUser), strconv.Itoa(p.SecurityContext.FSGroup),
	}
	for _, v := range p.Volumes {
		volumes[v.Name] = v.folder(t, p.SecurityContext.FSGroup)
	}
	for _, mount := range c.VolumeMounts {
		arguments = append(arguments, volumes[mount.Name]+":"+mount.MountPath)
	}
	arguments = append(arguments, "--", "env", "-i", "PATH=/image:/usr/bin", "HOME=/nonexistent", "POD=pod")
	for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "G_DEBUG"} {
		arguments = append(arguments, name+"="+os.Getenv(name))
	}
	for _, v := range c.Env {
		if v.Name != "ROOM" && v.Value != "" {
			arguments = append(arguments, v.Name+"="+v.Value)
		}
	}
	expanded := strings.NewReplacer("$(ROOM)", room, "$(POD)", "pod")
	for _, word := range slices.Concat(c.Command, c.Args) {
		arguments = append(arguments, expanded.Replace(word))
	}
	return exec.Command("unshare", arguments...), volumes
}

// folder is the volume, with the rights that Kubernetes gives it: everybody may write to an empty one; another one is root's, and the
// pod's group may write to it if there is one.
func (v volume) folder(t *testing.T, group int) string {
	t.Helper()
	folder, mode := t.TempDir(), os.FileMode(0o755)
	var err error
	switch {
	case v.EmptyDir != nil:
		mode = 0o777
	case group != 0:
		mode = 0o775 | os.ModeSetgid
		err = os.Chown(folder, 0, group)
	}
	if err = errors.Join(err, os.Chmod(folder, mode)); err != nil {
		t.Fatal(err)
	}
	return folder
}
