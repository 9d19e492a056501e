using TorchSharp;
using Winnow.Torch.Native;
using Xunit;

namespace Winnow.Torch.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Libtorch_loads_on_this_system_and_computes()
    {
        TorchLoading first = TorchRuntime.EnsureLoaded(threads: 1);
        Assert.Equal(first, TorchRuntime.EnsureLoaded());
        using torch.Tensor four = torch.ones(2, 2).sum();
        Assert.Equal(4, four.ToSingle());
        Assert.Equal(1, torch.get_num_threads());
    }

    [Fact]
    public void A_number_of_threads_below_one_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchRuntime.EnsureLoaded(threads: 0));

    [Fact]
    public void A_patched_copy_is_written_once_whole_and_for_its_owner_alone()
    {
        string root = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            byte[] content = [1, 2, 3, 4];
            string path = PatchedCopy.Keep(content, "lib.so", root);
            Assert.Equal(content, File.ReadAllBytes(path));
            Assert.Equal(path, PatchedCopy.Keep(content, "lib.so", root));
            Assert.NotEqual(path, PatchedCopy.Keep([9], "lib.so", root), StringComparer.Ordinal);
            Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.OtherRead));
            }

            File.WriteAllBytes(path, [6, 6, 6, 6]);
            Assert.Equal(content, File.ReadAllBytes(PatchedCopy.Keep(content, "lib.so", root)));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void A_cache_folder_that_others_can_write_to_is_not_used()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions.");
            return;
        }
        string root = Directory.CreateTempSubdirectory("winnow-test-").FullName;
        try
        {
            string open = Directory.CreateDirectory(Path.Combine(root, "winnow", "native")).FullName;
            File.SetUnixFileMode(open, (UnixFileMode)511);
            string path = PatchedCopy.Keep([1], "lib.so", root);
            Assert.False(path.StartsWith(root, StringComparison.Ordinal));
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
