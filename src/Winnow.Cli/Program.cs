using System.Text;
using Winnow.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using StopSignal stop = new();
return await WinnowCommand.RunAsync(args, Shell.OfProcess(), stop.Token).ConfigureAwait(false);
