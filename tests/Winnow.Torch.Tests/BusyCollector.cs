namespace Winnow.Torch.Tests;

/// <summary>Collects garbage and runs finalizers all the time until it is disposed.</summary>
internal sealed class BusyCollector : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _isDone;

    public BusyCollector()
    {
        _thread = new Thread(() =>
        {
            while (!_isDone)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        _thread.Start();
    }

    public void Dispose()
    {
        _isDone = true;
        _thread.Join();
    }
}
