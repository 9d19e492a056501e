using Winnow.Lab;

return await LabApplication.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
