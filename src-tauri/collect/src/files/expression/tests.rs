//! What can be worked out of an expression, what stays unknown, and what is never shown.

use super::*;

fn template() -> Value {
    json!({
        "parameters": {"name": {"type": "string", "defaultValue": "aks1"}, "open": {"type": "string"},
            "secret": {"type": "securestring", "defaultValue": "s3cr3t"},
            "access": {"defaultValue": {"enablePrivateCluster": true, "ranges": ["10.0.0.0/8", "[parameters('open')]"]}}},
        "variables": {"full": "[concat(parameters('open'), '/b1')]", "loop": "[variables('loop')]", "one": "x",
            "hidden": "[concat('x', parameters('secret'))]", "twice": "[concat(variables('one'), variables('one'))]"}
    })
}

fn solved(given: &Value) -> (Result<Value, String>, Option<String>) {
    let template = template();
    let (scope, mut trace) = (Scope::of(&template), Trace::default());
    (scope.solve(given, &mut trace), trace.default_of())
}

#[test]
fn what_can_be_worked_out_is_a_value_and_the_rest_an_expression_without_its_literals() {
    let open = |names: &str| Err(names.to_owned());
    for (given, expected) in [
        (json!("plain"), Ok(json!("plain"))),
        (json!("[[not one]"), Ok(json!("[not one]"))),
        (json!("[variables('ONE')]"), Ok(json!("x"))),
        (json!("[concat(variables('twice'), '-', 'it''s', 1)]"), Ok(json!("xx-it's1"))),
        (json!("[format('{0}/{1}', variables('one'), 'b')]"), Ok(json!("x/b"))),
        (json!(["a", "[variables('one')]"]), Ok(json!(["a", "x"]))),
        (json!(["a", "[parameters('open')]"]), open("parameters('open')")),
        (json!("[resourceId('A.B/c', parameters('open'))]"), open("resourceId(…, parameters('open'))")),
        (json!("[if(equals(variables('one'), 'x'), 'a', parameters('open'))]"), Ok(json!("a"))),
        (json!("[if(false(), 's3cr3t', 2)]"), Ok(json!(2))),
        (json!("[if(parameters('open'), 'a', 'b')]"), open("if(parameters('open'), …, …)")),
        (json!("[length(parameters('access').ranges)]"), Ok(json!(2))),
        (json!("[length(variables('twice'))]"), Ok(json!(2))),
        (json!("[length(range(0, 3))]"), Ok(json!(3))),
        (json!("[length(range(0, parameters('open')))]"), open("length(range(…, parameters('open')))")),
        (json!("[length(parameters('open'))]"), open("length(parameters('open'))")),
        (json!("[parameters('open')]"), open("parameters('open')")),
        (json!("[variables('full')]"), open("concat(parameters('open'), …)")),
        (json!("[parameters('secret')]"), open("parameters('secret')")),
        (json!("[variables('hidden')]"), open("concat(…, parameters('secret'))")),
        (json!("[variables('loop')]"), open("…")),
        (json!("[parameters('name'"), Ok(json!("[parameters('name'"))),
        (json!("[parameters('name']"), open("…")),
        (json!("[json('{\"a\":\"s3cr3t\"}')]"), open("json(…)")),
    ] {
        assert_eq!(solved(&given).0, expected, "{given}");
    }
}

#[test]
fn an_id_is_put_together_as_far_as_the_template_says() {
    let (sub, group) = ("subscription().subscriptionId", "resourceGroup().name");
    let known = |id: &str| Ok(json!(id));
    for (given, expected) in [
        ("resourceId('A.B/c', 'x')".to_owned(), known("/providers/A.B/c/x")),
        ("resourceId('A.B/c/d', 'x', variables('one'))".to_owned(), known("/providers/A.B/c/x/d/x")),
        ("resourceId('rg', 'A.B/c', parameters('name'))".to_owned(), known("/resourceGroups/rg/providers/A.B/c/aks1")),
        (
            "resourceId('s', 'rg', 'A.B/c', 'x')".to_owned(),
            known("/subscriptions/s/resourceGroups/rg/providers/A.B/c/x"),
        ),
        (format!("resourceId({sub}, 'rg', 'A.B/c', 'x')"), known("/resourceGroups/rg/providers/A.B/c/x")),
        (format!("resourceId({group}, 'A.B/c', 'x')"), known("/providers/A.B/c/x")),
        (format!("resourceId({sub}, {group}, 'A.B/c', 'x')"), known("/providers/A.B/c/x")),
        ("SubscriptionResourceId('A.B/c', 'x')".to_owned(), known("/providers/A.B/c/x")),
        (format!("subscriptionResourceId({sub}, 'A.B/c', 'x')"), known("/providers/A.B/c/x")),
        ("subscriptionResourceId('s', 'A.B/c', 'x')".to_owned(), known("/subscriptions/s/providers/A.B/c/x")),
        (
            "extensionResourceId('/subscriptions/s', 'A.B/c', 'x')".to_owned(),
            known("/subscriptions/s/providers/A.B/c/x"),
        ),
        ("extensionResourceId(resourceGroup().id, 'A.B/c', 'x')".to_owned(), known("/providers/A.B/c/x")),
        (
            format!(
                "extensionResourceId(format('/subscriptions/{{0}}/resourceGroups/{{1}}', {sub}, 'rg'), 'A.B/c', 'x')"
            ),
            known("/resourceGroups/rg/providers/A.B/c/x"),
        ),
        (format!("extensionResourceId(concat('/subscriptions/', {sub}), 'A.B/c', 'x')"), known("/providers/A.B/c/x")),
        (
            "extensionResourceId(parameters('open'), 'A.B/c', 'x')".to_owned(),
            Err("extensionResourceId(parameters('open'), …, …)".to_owned()),
        ),
        (
            "resourceId(parameters('open'), 'A.B/c', 'x')".to_owned(),
            Err("resourceId(parameters('open'), …, …)".to_owned()),
        ),
        ("resourceId('A.B/c/d', 'x')".to_owned(), Err("resourceId(…, …)".to_owned())),
        ("resourceId('A.B/c', 'x', 'y')".to_owned(), Err("resourceId(…, …, …)".to_owned())),
        ("resourceId('s3cr3t', 'x')".to_owned(), Err("resourceId(…, …)".to_owned())),
        ("resourceId('A.B/c', parameters('secret'))".to_owned(), Err("resourceId(…, parameters('secret'))".to_owned())),
        (
            "resourceId('11111111-1111-1111-1111-111111111111', 'A.B/c', 'x')".to_owned(),
            Err("resourceId(…, …, …)".to_owned()),
        ),
    ] {
        assert_eq!(solved(&json!(format!("[{given}]"))).0, expected, "{given}");
    }
}

#[test]
fn a_default_is_told_from_what_the_template_says_itself() {
    for (given, expected, default_of) in [
        ("[parameters('NAME')]", json!("aks1"), Some("NAME")),
        ("[format('{0}/b', parameters('name'))]", json!("aks1/b"), Some("name")),
        ("[parameters('access').enablePrivateCluster]", json!(true), Some("access")),
        ("[parameters('access').ranges[0]]", json!("10.0.0.0/8"), Some("access")),
        ("[variables('one')]", json!("x"), None),
    ] {
        assert_eq!(solved(&json!(given)), (Ok(expected), default_of.map(str::to_owned)), "{given}");
    }
}

#[test]
fn a_condition_is_decided_by_what_is_known() {
    for (given, expected) in [
        ("true()", Some(true)),
        ("False()", Some(false)),
        ("not(true())", Some(false)),
        ("not(parameters('open'))", None),
        ("and(true(), not(false()))", Some(true)),
        ("and(parameters('open'), false())", Some(false)),
        ("and(parameters('open'), true())", None),
        ("or(parameters('open'), true())", Some(true)),
        ("or(false(), parameters('open'))", None),
        ("or(false(), false())", Some(false)),
        ("equals('a', 'b')", Some(false)),
        ("equals('a', variables('one'))", Some(false)),
        ("equals('x', variables('one'))", Some(true)),
        ("equals(1, 1)", Some(true)),
        ("equals(1, '1')", None),
        ("equals(parameters('open'), 'prod')", None),
        ("my.true()", None),
        ("empty(variables('one'))", Some(false)),
        ("not(empty(''))", Some(false)),
        ("empty(parameters('open'))", None),
        ("contains(variables('one'), 'x')", None),
        ("equals(resourceId('A.B/c', 'x'), '/subscriptions/s/providers/A.B/c/x')", None),
    ] {
        assert_eq!(solved(&json!(format!("[{given}]"))).0.ok(), expected.map(Value::Bool), "{given}");
    }
}

#[test]
fn a_template_inside_another_knows_what_it_is_given_and_not_its_own_defaults() {
    let outer = template();
    let around = Scope::of(&outer);
    let inner = json!({"parameters": {"a": {"type": "string", "defaultValue": "own"}, "s": {"type": "securestring"},
        "o": {"type": "object", "defaultValue": {"x": "own"}}, "open": {"type": "string", "defaultValue": "own"}}});
    let of = |deployment: Value, wanted: &str| {
        let (scope, mut trace) = (Scope::inside(&inner, &deployment, &around), Trace::default());
        (scope.solve(&json!(format!("[{wanted}]")), &mut trace).ok(), trace.default_of().is_some())
    };
    let text = |text: &str| Some(json!(text));
    for (about, parameters, wanted, expected, default) in [
        ("nothing is given", json!({}), "parameters('a')", text("own"), false),
        ("a value", json!({"A": {"value": "x"}}), "parameters('a')", text("x"), false),
        ("a text with a bracket", json!({"a": {"value": "[[x]"}}), "parameters('a')", text("[x]"), false),
        (
            "a default from around it",
            json!({"a": {"value": "[parameters('name')]"}}),
            "parameters('a')",
            text("aks1"),
            true,
        ),
        ("an unknown", json!({"a": {"value": "[parameters('open')]"}}), "parameters('a')", None, false),
        ("one out of a key vault", json!({"a": {"reference": {"secretName": "n"}}}), "parameters('a')", None, false),
        (
            "words of the template around it",
            json!({"o": {"value": {"x": "[parameters('open')]"}}}),
            "parameters('o').x",
            None,
            false,
        ),
        ("a secret", json!({"s": {"value": "s3cr3t"}}), "parameters('s')", None, false),
        ("all of them unknown", json!("[variables('one')]"), "parameters('a')", None, false),
    ] {
        assert_eq!(of(json!({ "parameters": parameters }), wanted), (expected, default), "{about}");
    }
    assert_eq!(of(json!({"parametersLink": {"uri": "https://x"}}), "parameters('a')").0, None, "they are elsewhere");
}

#[test]
fn a_name_that_is_put_together_keeps_its_pieces() {
    let template = template();
    let pieces = Scope::of(&template).parts(&json!("[variables('full')]"), &mut Trace::default());
    assert_eq!(pieces, [Part::Unknown("parameters('open')".into()), Part::Text("/b1".into())]);
    assert_eq!(joined(&pieces), Err("concat(parameters('open'), …)".to_owned()));
}

#[test]
fn variables_that_double_each_other_come_to_an_end() {
    let double = |below: usize| format!("[concat({}'x')]", format!("variables('v{below}'), ").repeat(12));
    let variables: Map<String, Value> = (1..14).map(|at| (format!("v{at}"), json!(double(at - 1)))).collect();
    let template = json!({ "variables": variables });
    let found = Scope::of(&template).solve(&json!("[variables('v13')]"), &mut Trace::default());
    assert!(found.is_err());
}
