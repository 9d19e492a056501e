global using Winnow.Testing;
global using Xunit;
