using System.Reflection;
using SkiaSharp;

namespace Winnow.Rendering.Plots;

/// <summary>Paints a picture into a PNG with fonts that come with Winnow, so that it looks the same on every machine.</summary>
public static class PngWriter
{
    private static readonly Lazy<SKTypeface> s_regular = new(() => Font("Inter-Regular.otf"));
    private static readonly Lazy<SKTypeface> s_bold = new(() => Font("Inter-SemiBold.otf"));

    /// <summary>The bytes of a PNG file. Equal pictures give equal bytes on the same version of the painter.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="scale">Pixels of the file for a pixel of the picture; 0.1 … 8.</param>
    /// <exception cref="WinnowException">The native painter cannot be loaded here; the SVG has the same picture.</exception>
    public static byte[] Write(Scene scene, double scale = 2)
    {
        ArgumentNullException.ThrowIfNull(scene);
        if (scale is not (>= 0.1 and <= 8))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale must lie in 0.1 … 8.");
        }
        try
        {
            return Paint(scene, (float)scale);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException)
        {
            throw new WinnowException("The PNG cannot be painted: SkiaSharp's native library does not load on this system. The SVG holds the same picture.", error);
        }
    }

    private static byte[] Paint(Scene scene, float scale)
    {
        SKImageInfo info = new((int)Math.Ceiling(scene.Width * scale), (int)Math.Ceiling(scene.Height * scale), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap bitmap = new(info);
        using SKCanvas canvas = new(bitmap);
        canvas.Clear(Palette.Pixel(Hue.Surface));
        canvas.Scale(scale);
        foreach (Mark mark in scene.Marks)
        {
            switch (mark)
            {
                case PathMark path:
                    Line(canvas, path);
                    break;
                case AreaMark area:
                    Fill(canvas, area);
                    break;
                case TextMark words:
                    Words(canvas, words);
                    break;
            }
        }

        canvas.Flush();
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void Line(SKCanvas canvas, PathMark mark)
    {
        using SKPaint paint = Ink(mark.Hue, mark.Opacity);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = (float)mark.Width;
        paint.StrokeCap = SKStrokeCap.Round;
        paint.StrokeJoin = SKStrokeJoin.Round;
        using SKPathEffect? dashes = mark.Dash switch
        {
            Dash.Dashed => SKPathEffect.CreateDash([7, 5], 0),
            Dash.Dotted => SKPathEffect.CreateDash([1, 5], 0),
            _ => null,
        };
        paint.PathEffect = dashes;
        using SKPath path = Path(mark.Spots, close: false);
        canvas.DrawPath(path, paint);
    }

    private static void Fill(SKCanvas canvas, AreaMark mark)
    {
        using SKPaint paint = Ink(mark.Hue, mark.Opacity);
        using SKPath path = Path(mark.Outline, close: true);
        canvas.DrawPath(path, paint);
    }

    private static void Words(SKCanvas canvas, TextMark mark)
    {
        using SKPaint paint = Ink(mark.Hue, 1);
        using SKFont font = new((mark.Bold ? s_bold : s_regular).Value, (float)mark.Size) { Subpixel = true, Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None };
        SKTextAlign align = mark.Anchor switch { Anchor.Middle => SKTextAlign.Center, Anchor.End => SKTextAlign.Right, _ => SKTextAlign.Left };
        canvas.Save();
        canvas.Translate((float)mark.At.X, (float)mark.At.Y);
        if (mark.Upwards)
        {
            canvas.RotateDegrees(-90);
        }
        canvas.DrawText(mark.Text, 0, 0, align, font, paint);
        canvas.Restore();
    }

    private static SKPaint Ink(Hue hue, double opacity) =>
        new() { IsAntialias = true, Color = Palette.Pixel(hue).WithAlpha((byte)Math.Round(255 * Math.Clamp(opacity, 0, 1))) };

    private static SKPath Path(IReadOnlyList<Spot> spots, bool close)
    {
        SKPath path = new();
        for (int i = 0; i < spots.Count; i++)
        {
            if (i == 0)
            {
                path.MoveTo((float)spots[i].X, (float)spots[i].Y);
            }
            else
            {
                path.LineTo((float)spots[i].X, (float)spots[i].Y);
            }
        }

        if (close)
        {
            path.Close();
        }
        return path;
    }

    private static SKTypeface Font(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Winnow.Rendering.Fonts." + name)
            ?? throw new InvalidOperationException($"The font {name} is not part of this build.");
        using SKData data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
