global using Winnow.Testing;
global using Winnow.Testing.Server;
global using Xunit;
