//go:build panics

package guest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// build also builds a plugin whose places panic when they are named.
func build(directory string) error {
	plugin := exec.Command("go", "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-tags", "panics",
		"-ldflags", "-s -w", "-o", filepath.Join(directory, "libgstlivekit.so"), "../../plugin")
	if out, err := plugin.CombinedOutput(); err != nil {
		return fmt.Errorf("build the plugin: %w\n%s", err, out)
	}
	_ = os.Setenv("GST_PLUGIN_PATH", directory)
	_ = os.Setenv("GST_REGISTRY", filepath.Join(directory, "registry.bin"))
	return buildHost()
}
