//! What a macro's tokens name, without knowing what the macro makes of them.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Token};

pub enum Part {
    Expression(Box<Expr>),
    /// `matches!(value, pattern if guard)`.
    Match(Box<(Expr, syn::Pat, Option<Expr>)>),
    /// A method that is called on `self`.
    OwnMethod(String),
    Path(Vec<String>),
}

/// The arguments where they are expressions, else whatever parts of the tokens are, else the paths among them.
pub fn parts(tokens: &TokenStream) -> Vec<Part> {
    if let Ok(arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        let expressions = arguments.into_iter().map(Box::new);
        return expressions.map(Part::Expression).collect();
    }
    if let Ok(matched) = matching.parse2(tokens.clone()) {
        return vec![Part::Match(Box::new(matched))];
    }
    // `"name": value` of JSON, `pattern = future => value` of a select.
    let pieces = pieces(tokens).into_iter();
    pieces
        .flat_map(|piece| match syn::parse2::<Expr>(piece.clone()) {
            Ok(expression) => vec![Part::Expression(Box::new(expression))],
            Err(_) => paths(&piece),
        })
        .collect()
}

fn paths(tokens: &TokenStream) -> Vec<Part> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => {
                // A part of it may be whole.
                found.extend(parts(&group.stream()));
                at += 1;
            }
            TokenTree::Ident(first) => {
                let mut path = vec![first.to_string()];
                at += 1;
                while let [
                    TokenTree::Punct(a),
                    TokenTree::Punct(b),
                    TokenTree::Ident(next),
                    ..,
                ] = &tokens[at..]
                    && a.as_char() == ':'
                    && b.as_char() == ':'
                {
                    path.push(next.to_string());
                    at += 3;
                }
                found.push(if path == ["self"] {
                    own_method(&tokens[at..]).unwrap_or(Part::Path(path))
                } else {
                    Part::Path(path)
                });
            }
            _ => at += 1,
        }
    }
    found
}

/// The method after `self`, if one is called.
fn own_method(rest: &[TokenTree]) -> Option<Part> {
    match rest {
        [
            TokenTree::Punct(dot),
            TokenTree::Ident(method),
            TokenTree::Group(arguments),
            ..,
        ] if dot.as_char() == '.' && arguments.delimiter() == Delimiter::Parenthesis => {
            Some(Part::OwnMethod(method.to_string()))
        }
        _ => None,
    }
}

/// What stands between commas, semicolons, arrows and single colons.
fn pieces(tokens: &TokenStream) -> Vec<TokenStream> {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let char = |at: usize| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => punct.as_char(),
        _ => ' ',
    };
    let (mut pieces, mut piece) = (Vec::new(), Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        let before = if at == 0 { ' ' } else { char(at - 1) };
        let ends = match char(at) {
            ',' | ';' => true,
            ':' => before != ':' && char(at + 1) != ':',
            '=' => char(at + 1) == '>',
            '>' => before == '=',
            _ => false,
        };
        if ends {
            pieces.push(std::mem::take(&mut piece).into_iter().collect());
        } else {
            piece.push(token.clone());
        }
    }
    pieces.push(piece.into_iter().collect());
    pieces
}

/// `matches!(value, pattern if guard)`.
fn matching(input: syn::parse::ParseStream) -> syn::Result<(Expr, syn::Pat, Option<Expr>)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<Token![if]>>()?.is_some() {
        Some(input.parse()?)
    } else {
        None
    };
    input.parse::<Option<Token![,]>>()?;
    Ok((value, pattern, guard))
}
