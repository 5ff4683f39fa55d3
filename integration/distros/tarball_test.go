//go:build distros

package distros

import (
	"archive/tar"
	"compress/gzip"
	"debug/buildinfo"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// asItSays unpacks a tarball in the home of an unprivileged user, runs the commands of its README, and plays 10 pictures of a room.
// The plugin of the package is out of sight. What GStreamer has noted of all others is the user's, too: an emulated system takes up to a
// minute to load them. Its arguments are the tarball and the room.
const asItSays = `
mount --bind /dev/null /usr/lib/*/gstreamer-1.0/libgstlivekit.so
mount -t tmpfs -o mode=755 tmpfs /mnt
tar -x -f "$1" -C /mnt
cd /mnt/gst-livekit-*
sed -n 's/^    //p' README.md >commands
echo "exec gst-launch-1.0 livekitsrc room=$2 ! identity eos-after=10 ! fakesink" >>commands
cp -r "$HOME/.cache" /mnt
chown -R nobody:nogroup /mnt
exec setpriv --reuid nobody --regid nogroup --clear-groups env HOME=/mnt sh -ex commands`

func TestTarballIsInstalledAsItsReadmeSays(t *testing.T) {
	eachSystem(t, func(s system) {
		s.publish(testpublisher.VP8)
		l := s.run("sh", "-ec", asItSays, "sh", "/src/"+tarball(s.t, s.arch()), rig.Room(s.t))
		l.Line(`/mnt/\.local/share/gstreamer-1\.0/plugins/libgstlivekit\.so`)
		l.Line(`Got EOS`)
		if status, printed := l.End(); status != 0 {
			s.t.Errorf("it ends with %d:\n%s", status, printed)
		}
	})
}

func TestTarballHasTheLicencesOfAllThatIsInIt(t *testing.T) {
	eachSystem(t, func(s system) {
		root, _ := devserver.ModuleRoot()
		check := exec.Command("sha256sum", "--check", "--quiet", "SHA256SUMS")
		check.Dir = filepath.Join(root, "build/dist")
		if said, err := check.CombinedOutput(); err != nil {
			s.t.Errorf("the checksums: %v\n%s", err, said)
		}
		files := unpack(s.t, filepath.Join(root, tarball(s.t, s.arch())))
		for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
			if len(files[name]) == 0 {
				s.t.Errorf("there is no %s", name)
			}
		}
		info, err := buildinfo.Read(strings.NewReader(files["libgstlivekit.so"]))
		if err != nil {
			s.t.Fatal(err)
		}
		if len(info.Deps) < 10 {
			s.t.Errorf("the plugin names %d modules, want all that it is made of", len(info.Deps))
		}
		for _, module := range info.Deps {
			if !strings.Contains(files["licences.txt"], "\n======== "+module.Path+" "+module.Version+"\n") {
				s.t.Errorf("licences.txt has nothing of %s %s", module.Path, module.Version)
			}
		}
	})
}

func (s system) arch() string { return s.name[strings.LastIndex(s.name, "-")+1:] }

// tarball is the one for an architecture, below the repository's root.
func tarball(t *testing.T, arch string) string {
	t.Helper()
	root, _ := devserver.ModuleRoot()
	found, err := filepath.Glob(filepath.Join(root, "build/dist/gst-livekit-*-linux-"+arch+".tar.gz"))
	if err != nil || len(found) != 1 {
		t.Fatalf("there are %d tarballs for %s in build/dist: run make dist", len(found), arch)
	}
	name, err := filepath.Rel(root, found[0])
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// unpack returns the files of a tarball by their names, without the folder that they are in.
func unpack(t *testing.T, name string) map[string]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for archive := tar.NewReader(unzipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		files[path.Base(header.Name)] = string(text)
	}
}
